export * from './browser.ts'
export { createNoteSigner } from './note-signer.ts'
export { signNote } from './sign-note.ts'
