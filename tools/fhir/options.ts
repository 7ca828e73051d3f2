/** What every mapping needs to know beside the resource itself. */
export type MappingOptions = {
  /** The system under which resource ids are remembered: they are unique only per server. */
  source: string
  /** The instant against which periods are in force or over. */
  now: Date
}
