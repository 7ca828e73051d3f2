import type { Services } from '@commonchart/subgraph'

/** The providers that the appointments service knows. */
const providers = [
  { id: '7', name: 'Paula Zimmer', lastName: 'Zimmer', email: 'paula@x.test', state: 'ACTIVE', version: 1 },
  { id: '8', name: 'Omar Ahmad', lastName: 'Ahmad', email: 'shared@x.test', state: 'ACTIVE', version: 1 },
  { id: '9', name: 'Lea Ahmad', lastName: 'Ahmad', email: 'shared@x.test', state: 'ACTIVE', version: 1 },
  { id: '10', name: 'Lea Ahmad', lastName: 'Ahmad', email: 'old@x.test', state: 'INACTIVE', version: 1 },
]

/** Stands for the appointments service: it knows a few providers, and `asked` counts how often it was asked. */
export function createProviderOwner(): { post: Services['post']; asked(): number } {
  let asked = 0
  return {
    asked: () => asked,
    post(_service, _path, body) {
      asked += 1
      const { type, ids } = body as { type: string; ids: string[] }
      const key = type === 'provider_email' ? 'email' : type === 'provider_name' ? 'name' : 'id'
      const records = providers.filter((provider) =>
        ids.some((id) => id.toLowerCase() === provider[key].toLowerCase()),
      )
      return Promise.resolve({ records } as never)
    },
  }
}
