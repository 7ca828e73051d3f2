import { quoteForShell } from '../samples/call.ts'

/** Makes a pair of files: the private key, and beside it the public half that is registered. */
export function writeKeyCommands(keyFile: string): string {
  const [file, publicFile] = [quoteForShell(keyFile), quoteForShell(`${keyFile}.pub`)]
  return `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out ${file}
openssl pkey -in ${file} -pubout -out ${publicFile}
chmod 600 ${file}
cat ${publicFile}
`
}
