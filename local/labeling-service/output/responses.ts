import type { Files } from '../files/s3-files.ts'
import type { CreateRequest } from '../model/create-request.ts'
import type { WorkerAnswer } from '../workers/answers.ts'
import type { LabelingTask, TaskAnswers, TaskResult } from '../workers/run-task.ts'
import { toOutputUris } from './output-uris.ts'

export type AnsweredTask = LabelingTask & { readonly result: TaskResult & { readonly answers: TaskAnswers } }

/** Writes the worker responses of one object. @throws FileError */
export async function writeWorkerResponse(answered: AnsweredTask, request: CreateRequest, files: Files): Promise<void> {
  const { at, time, result } = answered
  const answers = result.answers.answers.map((answer) => toWorkerResponse(answer, result.answers, time))
  await files.put(toOutputUris(request).workerResponse(at, time), JSON.stringify({ answers }))
}

function toWorkerResponse(answer: WorkerAnswer, answers: TaskAnswers, time: number) {
  return {
    workerId: answer.workerId,
    acceptanceTime: new Date(time - answer.seconds * 1000).toISOString(),
    submissionTime: new Date(time).toISOString(),
    timeSpentInSeconds: answer.seconds,
    answerContent: toAnswerContent(answer, answers),
    workerMetadata: {
      identityData: { identityProviderType: 'Cognito', issuer: 'simulated', sub: answer.workerId },
    },
  }
}

function toAnswerContent({ content }: WorkerAnswer, { element, image }: TaskAnswers) {
  if (content.kind === 'verdict')
    return { [element]: { label: content.label, ...(content.comment && { workerComment: content.comment }) } }
  const { boxes, modified } = content
  const changed = modified === undefined ? {} : { initialValueModified: modified }
  return { [element]: { boundingBoxes: boxes, inputImageProperties: image, ...changed } }
}

/** Writes the consolidation request and response of a step. @throws FileError */
export async function writeConsolidation(
  answered: readonly AnsweredTask[],
  request: CreateRequest,
  time: number,
  files: Files,
): Promise<void> {
  const uris = toOutputUris(request)
  await files.put(uris.consolidationRequest(time), JSON.stringify(answered.map(toConsolidationRequest)))
  const attribute = request.LabelAttributeName
  const responses = answered.map(({ at, result: { label } }) => ({
    datasetObjectId: String(at),
    consolidatedAnnotation: {
      content: { [attribute]: label.value, [`${attribute}-metadata`]: label.metadata },
    },
  }))
  await files.put(uris.consolidationResponse(time), JSON.stringify(responses))
}

const toConsolidationRequest = ({ at, line, result }: AnsweredTask) => ({
  datasetObjectId: String(at),
  dataObject: { s3Uri: line['source-ref'] },
  annotations: result.answers.answers.map((answer) => ({
    workerId: answer.workerId,
    annotationData: { content: JSON.stringify(toAnswerContent(answer, result.answers)) },
  })),
})
