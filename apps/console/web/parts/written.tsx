/** Characters that nobody sees or that turn the direction of what stands around them. */
const unseen = /[\u0000-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u2069\ufeff]/g

/**
 * Text that a program or a person outside wrote, as text: isolated from what stands beside it, with unseen and
 * direction-turning characters spelt out, and at most `most` characters of it.
 */
export function Written({ text, most = 120 }: { text: string; most?: number }) {
  return <bdi className="written">{spellOut(text.length > most ? `${text.slice(0, most)}…` : text)}</bdi>
}

/** Spells out what is not seen, such as `\u202e`. */
export function spellOut(text: string): string {
  return text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
