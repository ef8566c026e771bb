import type { Files } from '../files/s3-files.ts'
import type { CreateRequest } from '../model/create-request.ts'
import type { Assignment, Done, WorkAnswers } from '../work/work-on.ts'
import type { WorkerAnswer } from '../workers/answers.ts'
import { placesOf } from './places.ts'

export type Answered = Assignment & { readonly done: Done & { readonly answers: WorkAnswers } }

/** Writes what the workers of one object answered. @throws FileError */
export async function writeWorkerResponse(answered: Answered, request: CreateRequest, files: Files): Promise<void> {
  const { at, time, done } = answered
  const answers = done.answers.answers.map((answer) => workerResponse(answer, done.answers, time))
  await files.put(placesOf(request).workerResponse(at, time), JSON.stringify({ answers }))
}

function workerResponse(answer: WorkerAnswer, work: WorkAnswers, time: number) {
  return {
    workerId: answer.workerId,
    acceptanceTime: new Date(time - answer.seconds * 1000).toISOString(),
    submissionTime: new Date(time).toISOString(),
    timeSpentInSeconds: answer.seconds,
    answerContent: answerContent(answer, work),
    workerMetadata: {
      identityData: { identityProviderType: 'Cognito', issuer: 'simulated', sub: answer.workerId },
    },
  }
}

function answerContent({ content }: WorkerAnswer, { element, image }: WorkAnswers) {
  if (content.kind === 'verdict')
    return { [element]: { label: content.label, ...(content.comment && { workerComment: content.comment }) } }
  const { boxes, modified } = content
  const changed = modified === undefined ? {} : { initialValueModified: modified }
  return { [element]: { boundingBoxes: boxes, inputImageProperties: image, ...changed } }
}

/** Writes what went into the consolidation of some objects, and what came out of it. @throws FileError */
export async function writeConsolidation(
  answered: readonly Answered[],
  request: CreateRequest,
  time: number,
  files: Files,
): Promise<void> {
  const places = placesOf(request)
  await files.put(places.consolidationRequest(time), JSON.stringify(answered.map(consolidationRequest)))
  const attribute = request.LabelAttributeName
  const responses = answered.map(({ at, done: { label } }) => ({
    datasetObjectId: String(at),
    consolidatedAnnotation: {
      content: { [attribute]: label.value, [`${attribute}-metadata`]: label.metadata },
    },
  }))
  await files.put(places.consolidationResponse(time), JSON.stringify(responses))
}

const consolidationRequest = ({ at, line, done }: Answered) => ({
  datasetObjectId: String(at),
  dataObject: { s3Uri: line['source-ref'] },
  annotations: done.answers.answers.map((answer) => ({
    workerId: answer.workerId,
    annotationData: { content: JSON.stringify(answerContent(answer, done.answers)) },
  })),
})
