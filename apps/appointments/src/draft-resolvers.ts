import { loadActor, mutate, requestedFields } from '@commonchart/subgraph'
import { loadAppointment } from './appointments.ts'
import { requireOverride, requireWriter, type AppointmentsChange, type Context } from './context.ts'
import {
  convertDraft,
  createDraft,
  deleteDraft,
  updateDraft,
  type ConvertDraftInput,
  type UpdateDraftInput,
} from './draft-changes.ts'
import { listDrafts, type DraftArguments } from './draft-list.ts'
import { loadDraft, type Draft } from './drafts.ts'
import { loadLocation } from './locations.ts'
import { noteWish } from './notification-requests.ts'
import { warnOfSilence, type NotificationWish } from './notification-wishes.ts'
import { loadProvider } from './providers.ts'
import { pageFields, refer, type Info } from './record-types.ts'
import { notFound } from './references.ts'
import { loadService } from './services.ts'

type Echo = { clientMutationId?: string | null }

export const draftQueries = {
  draftAppointment: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
    loadDraft(context, id, requestedFields(info)),
  draftAppointments: (_: unknown, args: DraftArguments, context: Context, info: Info) =>
    listDrafts(context, args, pageFields(info)),
}

export const draftMutations = {
  createDraftAppointment: holding(createDraft),
  updateDraftAppointment: holding<UpdateDraftInput>(updateDraft),
  async deleteDraftAppointment(
    _: unknown,
    { input }: { input: Parameters<typeof deleteDraft>[1] & Echo },
    context: Context,
    info: Info,
  ) {
    requireWriter(context)
    const { id } = await mutate(context, info, (change) => deleteDraft(change, input))
    return { clientMutationId: input.clientMutationId, deletedDraftAppointmentId: id }
  },
  async convertDraftAppointment(
    _: unknown,
    { input }: { input: ConvertDraftInput & NotificationWish & Echo },
    context: Context,
    info: Info,
  ) {
    requireWriter(context)
    requireOverride(context, input)
    const { id, draftId, notificationRequestIds } = await mutate(context, info, async (change) => {
      const { draftId: draft, ...made } = await convertDraft(change, context.services, input)
      return { draftId: draft, ...(await noteWish(change, input, made)) }
    })
    warnOfSilence(context, input, notificationRequestIds)
    const appointment = await loadAppointment(context, id, requestedFields(info, 'appointment'))
    return { clientMutationId: input.clientMutationId, appointment, convertedDraftAppointmentId: draftId }
  },
}

/** A mutation that makes or changes a draft. A repeat under its Idempotency-Key finds none once the draft has gone. */
function holding<Input>(work: (change: AppointmentsChange, input: Input) => Promise<{ id: string }>) {
  return async (_: unknown, { input }: { input: Input & Echo }, context: Context, info: Info) => {
    requireWriter(context)
    const { id } = await mutate(context, info, (change) => work(change, input))
    const fields = requestedFields(info, 'draftAppointment')
    const draftAppointment = await loadDraft(context, id, fields, { expired: true })
    if (!draftAppointment) throw notFound('draftAppointment')
    return { clientMutationId: input.clientMutationId, draftAppointment }
  }
}

export const draftTypes = {
  DraftAppointment: {
    startAt: ({ startsAt }: Draft) => startsAt,
    untilAt: ({ endsAt }: Draft) => endsAt,
    location: ({ locationId = 0 }: Draft, _: unknown, context: Context, info: Info) =>
      refer(locationId, info, (fields) => loadLocation(context, locationId, fields)),
    provider: ({ providerId = 0 }: Draft, _: unknown, context: Context, info: Info) =>
      refer(providerId, info, (fields) => loadProvider(context, providerId, fields)),
    service: ({ serviceId }: Draft, _: unknown, context: Context, info: Info) =>
      !serviceId ? null : refer(serviceId, info, (fields) => loadService(context, serviceId, fields)),
    createdBy: ({ createdByKind: kind, createdById: id }: Draft, _: unknown, context: Context) =>
      loadActor(context, { kind, id }),
  },
}
