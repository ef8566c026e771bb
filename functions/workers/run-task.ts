import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { runTask, TaskMessage } from '../../shared/workers/run-task.ts'

export const worker = declare(
  {
    queue: 'tasks',
    batchSize: 1,
    concurrency: 4,
    timeoutSeconds: 120,
    permissions: [
      'listData',
      'readData',
      'writeImports',
      'joinImportParts',
      'endImportParts',
      'removeData',
      'writeBatch',
      'writeImageLines',
      'writeCopies',
      'sendChunks',
      'sendTasks',
      'sendEvents',
      'writeManifest',
      'writeJobManifest',
      'writeJobFiles',
      'readJobs',
      'writeProgress',
      'writeLabelingWorks',
      'writeTaskLines',
      'writeShards',
      'writeShardEnds',
      'writeJobIndex',
      'writeJobs',
      'removeJobs',
      'seePages',
      'allowPages',
      'createLabelingJobs',
      'seeLabelingJobs',
      'seeWorkteams',
      'passLabelingRoles',
      'listLabelingWork',
      'readLabelingWork',
      'writeLabelingResult',
      'writeJobOutput',
      'removeLabelingWork',
    ],
    summary: 'Dispatch the chunks of a round, run the next step of a batch, or delete a batch',
    message: TaskMessage,
  },
  runTask,
)

export const handler = queueLambda(worker, awsPorts)
