export * from './browser.ts'
export { createNoteSigner, type NoteSigner } from './note-signer.ts'
export { signNote } from './sign-note.ts'
