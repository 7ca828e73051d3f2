import { dayOf } from '@commonchart/clinic-time'
import { requestedFields, type PageArguments } from '@commonchart/subgraph'
import type { Context } from './context.ts'
import {
  listFlexibleWorkHours,
  loadFlexibleServices,
  type FlexibleHourFilters,
  type FlexibleWorkHour,
} from './flexible-hours.ts'
import { loadLocation } from './locations.ts'
import { listOffTimes, type OffTime, type OffTimeFilters } from './off-times.ts'
import { loadProvider } from './providers.ts'
import { pageFields, refer, types, type Info } from './record-types.ts'
import {
  listScheduledOffTimes,
  listWorktime,
  readSpan,
  worktimeId,
  type ScheduleArguments,
  type ScheduleSpan,
  type Worktime,
} from './schedule.ts'
import { loadService } from './services.ts'
import { loadServicesOf, timeOf } from './work-hours.ts'

/** The root fields that tell when providers work. */
export const hoursQueries = {
  schedule: (_: unknown, args: ScheduleArguments, context: Context) => readSpan(context, args),
}

async function loadServices(ids: Promise<number[]>, context: Context, info: Info) {
  return Promise.all((await ids).map((each) => loadService(context, each, requestedFields(info))))
}

/** The fields of each type that are more than a column of the same name. */
export const hoursTypes = {
  Schedule: {
    ...types.Schedule,
    flexibleWorkHours: (
      { providerId }: { providerId: number },
      args: FlexibleHourFilters & PageArguments,
      context: Context,
      info: Info,
    ) => listFlexibleWorkHours(context, providerId, args, pageFields(info)),
    offtime: (
      { providerId }: { providerId: number },
      args: OffTimeFilters & PageArguments,
      context: Context,
      info: Info,
    ) => listOffTimes(context, providerId, args, pageFields(info)),
  },
  FlexibleWorkHour: {
    startAtDate: ({ startDay }: FlexibleWorkHour) => startDay,
    endAtDate: ({ endDay }: FlexibleWorkHour) => endDay,
    startAtTime: ({ startMinute = 0 }: FlexibleWorkHour) => timeOf(startMinute),
    endAtTime: ({ endMinute = 0 }: FlexibleWorkHour) => timeOf(endMinute),
    interval: ({ intervalMinutes }: FlexibleWorkHour) => intervalMinutes,
    location: ({ locationId = 0 }: FlexibleWorkHour, _: unknown, context: Context, info: Info) =>
      refer(locationId, info, (fields) => loadLocation(context, locationId, fields)),
    services: ({ id }: FlexibleWorkHour, _: unknown, context: Context, info: Info) =>
      loadServices(loadFlexibleServices(context, id), context, info),
  },
  Offtime: {
    provider: ({ providerId = 0 }: OffTime, _: unknown, context: Context, info: Info) =>
      refer(providerId, info, (fields) => loadProvider(context, providerId, fields)),
    startAtDate: ({ startWall = '' }: OffTime) => dayOf(startWall),
    startAtTime: ({ startWall = '' }: OffTime) => startWall.slice(11, 16),
    endAtDate: ({ endWall = '' }: OffTime) => dayOf(endWall),
    endAtTime: ({ endWall = '' }: OffTime) => endWall.slice(11, 16),
    startAt: ({ startsAt }: OffTime) => startsAt,
    untilAt: ({ endsAt }: OffTime) => endsAt,
  },
  LegacySchedule: {
    worktime: (span: ScheduleSpan, _: unknown, context: Context) => listWorktime(context, span),
    offtime: (span: ScheduleSpan, _: unknown, context: Context, info: Info) =>
      listScheduledOffTimes(context, span, requestedFields(info)),
  },
  Worktime: {
    id: worktimeId,
    startAt: ({ startsAt }: Worktime) => startsAt,
    untilAt: ({ endsAt }: Worktime) => endsAt,
    visitType: ({ workHour }: Worktime) => workHour.visitType,
    slots: ({ workHour }: Worktime) => workHour.slot,
    interval: ({ workHour }: Worktime) => workHour.intervalMinutes,
    stacking: ({ workHour }: Worktime) => workHour.stacking,
    color: ({ workHour }: Worktime) => workHour.color,
    createdAt: ({ workHour }: Worktime) => workHour.createdAt,
    updatedAt: ({ workHour }: Worktime) => workHour.updatedAt,
    provider: ({ workHour: { providerId } }: Worktime, _: unknown, context: Context, info: Info) =>
      refer(providerId, info, (fields) => loadProvider(context, providerId, fields)),
    location: ({ workHour: { locationId } }: Worktime, _: unknown, context: Context, info: Info) =>
      refer(locationId, info, (fields) => loadLocation(context, locationId, fields)),
    services: ({ kind, workHour }: Worktime, _: unknown, context: Context, info: Info) => {
      const load = kind === 'standard' ? loadServicesOf : loadFlexibleServices
      return loadServices(load(context, workHour.id), context, info)
    },
  },
}
