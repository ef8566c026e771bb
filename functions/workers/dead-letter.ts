import * as z from 'zod'
import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ChunkMessage } from '../../shared/platform/fan-out/messages.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { FetchTestImageMessage } from '../../shared/test-images/test-image.ts'
import { deadLetter } from '../../shared/workers/dead-letter.ts'
import { TaskMessage } from '../../shared/workers/run-task.ts'

export const worker = declare(
  {
    queue: 'dead-letter',
    batchSize: 1,
    concurrency: 2,
    timeoutSeconds: 60,
    permissions: [
      'listDatasets',
      'listCopies',
      'listCopiedImages',
      'readImports',
      'readBatch',
      'readImageLines',
      'readCopies',
      'writeImports',
      'joinImportParts',
      'endImportParts',
      'removeImports',
      'readCopiedImages',
      'removeCopies',
      'removeImageLines',
      'writeBatch',
      'writeCopies',
      'sendTasks',
      'sendEvents',
      'readTestImageStates',
      'writeTestImageStates',
      'removeTestImages',
      'listLabelingWork',
      'readLabelingWork',
      'writeLabelingWorks',
      'writeLabelingResult',
      'writeJobOutput',
      'removeLabelingWork',
      'writeConsolidations',
      'writeConsolidationOutput',
      'listWorkerResponses',
      'listConsolidationOutput',
      'removeJobOutput',
      'readJobManifest',
    ],
    summary:
      'Record the work of dead-lettered messages as failed, so that every round, run and test image reaches a final state',
    message: z.union([TaskMessage, ChunkMessage, FetchTestImageMessage]),
  },
  deadLetter,
)

export const handler = queueLambda(worker, awsPorts)
