import { getMember, getOperator, type ApiOptions, type Call } from './access.ts'
import { sendJson } from './http.ts'

export async function describeDomain(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '']: string[],
): Promise<void> {
  await getMember(options, request, domain)
  sendJson(response, 200, await options.graph.describeDomain(domain))
}

export async function askSettings(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '']: string[],
): Promise<void> {
  const { user, role } = await getMember(options, request, domain)
  await options.graph.askSettings({ request, response, domain, person: user, role })
}

export async function askEnterprise(
  options: ApiOptions,
  { request, response }: Call,
  [domain = '']: string[],
): Promise<void> {
  await getMember(options, request, domain)
  await options.graph.askEnterprise({ request, response, domain })
}

export async function streamExport(
  options: ApiOptions,
  call: Call,
  [domain = '', name = '']: string[],
): Promise<void> {
  const { request, response, search } = call
  const { user, role } = await getMember(options, request, domain)
  await options.graph.streamExport({ request, response, domain, person: user, role, name, search })
}

export async function askOperator(options: ApiOptions, { request, response }: Call): Promise<void> {
  const user = await getOperator(options, request)
  await options.graph.askOperator({ request, response, person: user })
}
