import { randomBytes } from 'node:crypto'

/** What the console answered. */
export interface Answer {
  status: number
  headers: Headers
  /** Empty where the answer is no JSON. */
  body: Record<string, never> & { code?: string; message?: string }
}

/** Somebody with a browser: it keeps cookies and says where requests come from. */
export interface Person {
  name: string
  email: string
  password: string
  /** The cookies as they are sent. */
  cookies: Map<string, string>
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  signIn(): Promise<Answer>
  /** Accepts an invitation for a new account of theirs and signs in. */
  join(link: string, name: string): Promise<void>
  /** Invites somebody to a domain and gives the link. */
  invite(domain: string, invitation: { role: string; email?: string }): Promise<string>
}

let people = 0

/** Creates somebody at an address of their own, so that nobody is throttled for what others do. */
export function createPerson({ url, origin }: { url: string; origin: string }): Person {
  people += 1
  const address = `198.51.${people >> 8}.${people & 255}`
  const cookies = new Map<string, string>()
  const person: Person = {
    name: 'Nobody yet',
    email: `person-${people}@example.test`,
    password: randomBytes(12).toString('hex'),
    cookies,
    async send(method, path, body, headers = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          'x-forwarded-for': address,
          ...(method !== 'GET' && { origin }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        if (value === '' || /max-age=0/i.test(cookie)) cookies.delete(name)
        else cookies.set(name, value)
      }
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: (text.startsWith('{') ? JSON.parse(text) : {}) as Answer['body'],
      }
    },
    signIn: () =>
      person.send('POST', '/api/auth/sign-in/email', { email: person.email, password: person.password }),
    async join(link, name) {
      person.name = name
      const { email, password } = person
      const secret = new URL(link).hash.slice(1)
      const accepted = await person.send('POST', '/api/invitations/accept', { secret, name, email, password })
      if (accepted.status !== 200) throw new Error(JSON.stringify(accepted.body))
      await person.signIn()
    },
    async invite(domain, invitation) {
      const path = `/api/domains/${encodeURIComponent(domain)}/invitations`
      const { body } = await person.send('POST', path, invitation)
      return (body as { link?: string }).link ?? JSON.stringify(body)
    },
  }
  return person
}
