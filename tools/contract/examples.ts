import { readFile } from 'node:fs/promises'
import * as z from 'zod'

const File = new URL('../../docs/openapi-examples.json', import.meta.url)

const Fields = z.record(z.string(), z.string())

/** A call that was made on the local stack, and what it was answered. */
export const Example = z.object({
  operationId: z.string(),
  /** Names it among those of its operation: `made`, `validated-only`, `unknown-class` */
  name: z.string(),
  summary: z.string(),
  params: Fields.optional(),
  query: Fields.optional(),
  /** The body that was sent; left out where there was none. */
  request: z.unknown().optional(),
  status: z.int(),
  /** Text, where the answer is no JSON. */
  answer: z.unknown().optional(),
})
export type Example = z.infer<typeof Example>

/** Examples as they were recorded by `npm run contract -- --record`. */
export const readExamples = async (): Promise<readonly Example[]> =>
  z.array(Example).parse(JSON.parse(await readFile(File, 'utf8')))

export const EXAMPLES_FILE = File
