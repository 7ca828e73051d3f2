/** Why a generator makes nothing, as one sentence for whoever asked; whatever it had prepared is dropped. */
export class Refused extends Error {
  override name = 'Refused'
}
