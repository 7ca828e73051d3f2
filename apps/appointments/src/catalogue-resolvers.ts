import { requestedFields, type PageArguments } from '@commonchart/subgraph'
import { listUpcomingAppointments } from './appointment-list.ts'
import { listAppointmentTags, loadAppointmentTag } from './appointment-tags.ts'
import type { Appointment } from './appointments.ts'
import type { Context } from './context.ts'
import {
  listPresentingIssues,
  loadPresentingIssue,
  type PresentingIssue,
  type PresentingIssueFilters,
} from './presenting-issues.ts'
import { pageFields, type Info } from './record-types.ts'
import { inLanguage, listServicePage, type Service } from './services.ts'

/** The root fields of presenting issues, tags and what is to come. */
export const catalogueQueries = {
  appointmentTags: (_: unknown, args: { includeDeactivated?: boolean }, context: Context) =>
    listAppointmentTags(context, args),
  presentingIssue: (_: unknown, { id }: { id: string }, context: Context, info: Info) =>
    loadPresentingIssue(context, id, requestedFields(info)),
  presentingIssues: (
    _: unknown,
    args: Omit<PresentingIssueFilters, 'serviceId'> & PageArguments,
    context: Context,
    info: Info,
  ) => listPresentingIssues(context, args, pageFields(info)),
  upcomingAppointments: (_: unknown, args: PageArguments, context: Context, info: Info) =>
    listUpcomingAppointments(context, args, pageFields(info)),
}

/** What presenting issues and tags add to the other types. */
export const catalogueFields = {
  Appointment: {
    presentingIssue: ({ presentingIssueId }: Appointment, _: unknown, context: Context, info: Info) =>
      loadPresentingIssue(context, presentingIssueId ?? '', requestedFields(info)),
    tags: ({ tagIds = [] }: Appointment, _: unknown, context: Context) =>
      Promise.all(tagIds.map((id) => loadAppointmentTag(context, id))),
  },
  Service: {
    presentingIssues: ({ id }: Service, args: PageArguments, context: Context, info: Info) =>
      listPresentingIssues(context, { ...args, serviceId: id }, pageFields(info)),
  },
}

export const presentingIssueFields = {
  name: ({ name, localizedName }: PresentingIssue, _: unknown, { language }: Context) =>
    inLanguage(language, localizedName, name),
  internalName: ({ internalName, localizedInternalName }: PresentingIssue, _: unknown, context: Context) =>
    inLanguage(context.language, localizedInternalName, internalName),
  searchablePhrase: (issue: PresentingIssue, _: unknown, { language }: Context) =>
    inLanguage(language, issue.localizedSearchablePhrase, issue.searchablePhrase),
  prepNote: ({ prepNote, localizedPrepNote }: PresentingIssue, _: unknown, { language }: Context) =>
    inLanguage(language, localizedPrepNote, prepNote),
  services: (
    { id }: PresentingIssue,
    {
      presentingIssueId,
      ...args
    }: { name?: string | null; presentingIssueId?: string | null } & PageArguments,
    context: Context,
    info: Info,
  ) => {
    const presentingIssueIds = [id, presentingIssueId ?? []].flat()
    return listServicePage(context, { ...args, presentingIssueIds }, pageFields(info))
  },
}
