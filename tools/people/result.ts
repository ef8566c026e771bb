import * as z from 'zod'
import { PURPOSES } from '../../shared/contracts/labeling-answer.ts'
import type { ResultAnswer } from './ledger.ts'

/** A file of worker responses, as far as it is compared. */
const WorkerResponses = z.object({
  answers: z.array(
    z.object({
      workerId: z.string(),
      purpose: z.enum(PURPOSES).optional(),
      answerContent: z.object({
        boundingBox: z.object({
          boundingBoxes: z.array(z.record(z.string(), z.unknown())).optional(),
          label: z.string().optional(),
        }),
      }),
    }),
  ),
})

/** Where the worker responses of a job are in the bucket; ends in a slash. Pure. */
export const responsesFolder = (batch: string, job: string): string =>
  `data/${batch}/${job}/annotations/worker-response/iteration-1/`

/**
 * Returns every answer in files of worker responses. Pure.
 * @param files path below {@link responsesFolder} and text: the folder of a file is its line, from 0
 * @param names of the people by pseudonym; others keep their pseudonym
 */
export const readResult = (
  files: Iterable<readonly [path: string, text: string]>,
  names: ReadonlyMap<string, string>,
): ResultAnswer[] =>
  [...files].flatMap(([path, text]) =>
    WorkerResponses.parse(JSON.parse(text)).answers.map(({ workerId, purpose, answerContent: { boundingBox } }) => ({
      line: Number.parseInt(path, 10) + 1,
      person: names.get(workerId) ?? workerId,
      ...(purpose && { purpose }),
      boxes: boundingBox.boundingBoxes,
      verdict: boundingBox.label,
    })),
  )
