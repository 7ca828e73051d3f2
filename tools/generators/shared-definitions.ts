/** What several subgraphs declare, in the words in which all of them describe it: composition takes one of them. */
export const sharedDefinitions: Record<string, string> = {
  ISO8601Date: `"A day of the calendar: \`YYYY-MM-DD\`."
scalar ISO8601Date @specifiedBy(url: "https://www.iso.org/iso-8601-date-and-time-format.html")`,
  ISO8601DateTime: `"An instant in ISO 8601 form with its offset, for example \`2026-03-08T09:30:00.000Z\`."
scalar ISO8601DateTime @specifiedBy(url: "https://www.iso.org/iso-8601-date-and-time-format.html")`,
  Node: `"A record with an id."
interface Node {
  "The id of the record: digits."
  id: ID!
}`,
  Timestampable: `"A record that knows when it was created and last changed."
interface Timestampable {
  "When the record was created."
  createdAt: ISO8601DateTime!
  "When the record was last changed."
  updatedAt: ISO8601DateTime!
}`,
  PageInfo: `"Where a page lies in its list."
type PageInfo @shareable {
  "The cursor of the page's last record: give it as \`after\` to read on."
  endCursor: String
  "Whether there are records after this page."
  hasNextPage: Boolean!
  "Whether there are records before this page."
  hasPreviousPage: Boolean!
  "The cursor of the page's first record: give it as \`before\` to read back."
  startCursor: String
}`,
}

/** What every entity needs beside the types of its fields. */
export const neededByAll = ['ISO8601DateTime', 'Node', 'Timestampable', 'PageInfo']
