import type { SampleCall, SampleLanguage } from './call.ts'
import { writeCsharp } from './csharp.ts'
import { writeCurl } from './curl.ts'
import { writeNode } from './node.ts'
import { writePython } from './python.ts'

const writers = { curl: writeCurl, node: writeNode, python: writePython, csharp: writeCsharp }

/** Code that makes a call and signs its token itself from the key file: whole, to paste and run. */
export function writeSample(language: SampleLanguage, call: SampleCall): string {
  return writers[language](call)
}
