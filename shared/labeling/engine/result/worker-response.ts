import type { Opinion } from '../opinions/opinion.ts'
import type { TaskLine } from '../task-lines.ts'
import type { Work } from '../work.ts'
import { toImageSize } from './decide-line.ts'
import { isSameSet } from './label.ts'

/** The element of a labeling page that SageMaker's answers are named after. */
const ELEMENT = 'boundingBox'

/**
 * Returns the text of the file that holds the opinions on one image, in the form of SageMaker's worker responses. Workers
 * are named by their pseudonyms. An opinion that is no label has `noLabel` in place of boxes or a verdict; that of a reviewer,
 * or of somebody who has checked boxes, says so in `purpose`. Pure.
 * @param opinions in order
 */
export const workerResponseFile = (
  opinions: readonly Opinion[],
  task: TaskLine | undefined,
  work: Pick<Work, 'mode'>,
): string => JSON.stringify({ answers: opinions.map((opinion) => toWorkerResponse(opinion, task, work)) })

const toWorkerResponse = (opinion: Opinion, task: TaskLine | undefined, work: Pick<Work, 'mode'>) => ({
  workerId: opinion.worker,
  ...(opinion.purpose && { purpose: opinion.purpose }),
  acceptanceTime: opinion.acceptedAt,
  submissionTime: opinion.submittedAt,
  timeSpentInSeconds: opinion.seconds,
  answerContent: {
    [ELEMENT]: { ...toContent(opinion, task, work), ...(opinion.comment && { workerComment: opinion.comment }) },
  },
  workerMetadata: {
    identityData: { identityProviderType: 'Groundwork', issuer: 'groundwork', sub: opinion.worker },
  },
})

function toContent({ answer, boxes, verdict }: Opinion, task: TaskLine | undefined, { mode }: Pick<Work, 'mode'>) {
  if (answer === 'verdict') return { label: verdict }
  if (answer !== 'boxes') return { noLabel: answer }
  const image = toImageSize(task)
  return {
    boundingBoxes: boxes.map(({ className, ...corners }) => ({ label: className, ...corners })),
    ...(image && { inputImageProperties: image }),
    ...(mode === 'adjust' && { initialValueModified: !isSameSet(boxes, task?.boxes ?? []) }),
  }
}
