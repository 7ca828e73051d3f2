import i18next from 'i18next'

/** Asks the enterprise graph of a domain as a program, through the console's own origin; gives the answer as it is. */
export async function askEnterprise(
  domain: string,
  getToken: () => Promise<string>,
  question: { query: string; variables?: unknown; operationName?: string | null },
  headers: Record<string, string> = {},
): Promise<{ data?: unknown; errors?: { message: string; extensions?: { code?: string } }[] }> {
  const response = await fetch(`/api/domains/${encodeURIComponent(domain)}/enterprise`, {
    method: 'POST',
    headers: {
      language: i18next.language,
      ...headers,
      'content-type': 'application/json',
      authorization: `Bearer ${await getToken()}`,
    },
    body: JSON.stringify(question),
  })
  const answer = (await response.json()) as {
    data?: unknown
    errors?: { message: string }[]
    message?: string
  }
  // What the console itself refuses has the form of its own endpoints.
  return answer.data !== undefined || answer.errors ? answer : { errors: [{ message: answer.message ?? '' }] }
}
