import { readFile } from 'node:fs/promises'
import * as z from 'zod'

const File = new URL('../../docs/openapi-examples.json', import.meta.url)

const Fields = z.record(z.string(), z.string())

/** A recorded request to the local stack and its response. */
export const Example = z.object({
  operationId: z.string(),
  /** Unique within its operation: `created`, `validated-only`, `unknown-class`. */
  name: z.string(),
  summary: z.string(),
  params: Fields.optional(),
  query: Fields.optional(),
  /** The request body, if any. */
  request: z.unknown().optional(),
  status: z.int(),
  /** The response body; a string if it is not JSON. */
  answer: z.unknown().optional(),
})
export type Example = z.infer<typeof Example>

/** Reads the examples that `npm run contract -- --record` recorded. */
export const readExamples = async (): Promise<readonly Example[]> =>
  z.array(Example).parse(JSON.parse(await readFile(File, 'utf8')))

export const EXAMPLES_FILE = File
