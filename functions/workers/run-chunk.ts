import { awsPorts } from '../../shared/platform/aws/aws-ports.ts'
import { ChunkMessage } from '../../shared/platform/fan-out/messages.ts'
import { runChunk } from '../../shared/platform/fan-out/run-round.ts'
import { worker as declare, queueLambda } from '../../shared/platform/queue/worker.ts'
import { toRoundRef } from '../../shared/workers/registry.ts'

export const worker = declare(
  {
    queue: 'chunks',
    batchSize: 1,
    concurrency: 8,
    timeoutSeconds: 120,
    permissions: [
      'listDatasets',
      'listCopies',
      'listCopiedImages',
      'readData',
      'readSources',
      'listSources',
      'writeImports',
      'joinImportParts',
      'endImportParts',
      'removeImports',
      'removeCopies',
      'writeCopies',
      'writeImages',
      'sendTasks',
      'sendEvents',
      'listLabelingWork',
      'readLabelingWork',
      'writeLabelingWorks',
      'writeShards',
      'writeLabelingResult',
      'writeOpinions',
      'writeJobOutput',
      'removeLabelingWork',
      'writeConsolidations',
      'writeConsolidationOutput',
      'listWorkerResponses',
      'listConsolidationOutput',
      'removeJobOutput',
    ],
    summary: 'Process one chunk of an import, a copy or a labeling result, and complete the round after the last one',
    message: ChunkMessage,
  },
  (message, ports) => runChunk(toRoundRef(message), message.chunk, ports),
)

export const handler = queueLambda(worker, awsPorts)
