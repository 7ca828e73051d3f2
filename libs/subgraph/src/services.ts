import { randomUUID } from 'node:crypto'
import { idleConnections, identityHeader, type Identity, type ServiceSigner } from '@commonchart/identity'
import { Agent, request, type Dispatcher } from 'undici'
import { currentSpan, nameError } from '@commonchart/telemetry'

/** Calls other services with this service's own identity. */
export interface Services {
  /** Posts JSON to an internal endpoint and reads the JSON answer. Throws `ServiceError` unless it answers 200. */
  post<Answer>(
    service: string,
    path: string,
    body: unknown,
    options?: { domainId?: number; timeoutMs?: number },
  ): Promise<Answer>
}

/** Another service could not be reached or did not answer as agreed. */
export class ServiceError extends Error {
  readonly status: number | undefined
  constructor(message: string, status?: number, cause?: unknown) {
    super(message, { cause })
    this.name = 'ServiceError'
    this.status = status
  }

  /** Whether it was asked and said nothing in the time that it had. */
  get timedOut(): boolean {
    return this.cause instanceof Error && this.cause.name === 'TimeoutError'
  }
}

/** Makes the caller of other services from their base URLs. */
export function createServices(urls: Record<string, string>, signer: ServiceSigner): Services {
  const dispatcher = new Agent({ connectTimeout: 2000, ...idleConnections })
  return {
    async post<Answer>(
      service: string,
      path: string,
      body: unknown,
      { domainId, timeoutMs = 5000 }: { domainId?: number; timeoutMs?: number } = {},
    ) {
      const base = urls[service]
      if (!base) throw new ServiceError(`the address of ${service} is not configured`)
      const text = JSON.stringify(body)
      const span = currentSpan()?.child(`POST ${path}`, {
        kind: 'client',
        attributes: { 'http.request.method': 'POST', 'url.template': path, 'commonchart.service': service },
      })
      const token = signer.sign(createServicePrincipal(signer.owner, domainId ?? null), service, text)
      let response: Dispatcher.ResponseData
      try {
        response = await request(new URL(path, base), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            [identityHeader]: token,
            ...(span && { traceparent: span.traceparent }),
          },
          body: text,
          signal: AbortSignal.timeout(timeoutMs),
          dispatcher,
        })
      } catch (error) {
        span?.end(nameError(error))
        throw new ServiceError(`${service} could not be reached`, undefined, error)
      }
      const { statusCode, body: answer } = response
      span?.set({ 'http.response.status_code': statusCode })
      span?.end(statusCode === 200 ? undefined : String(statusCode))
      if (statusCode !== 200) {
        await answer.dump()
        throw new ServiceError(`${service} answered ${statusCode} to ${path}`, statusCode)
      }
      return (await answer.json()) as Answer
    },
  }
}

/** Makes the principal that a service is when it acts by itself. */
export function createServicePrincipal(name: string, domainId: number | null): Identity {
  return {
    kind: 'service',
    subject: `service:${name}`,
    name,
    role: null,
    domainId,
    scopes: null,
    keyId: null,
    ip: null,
    language: 'en',
    requestId: randomUUID(),
    mutations: [],
  }
}
