import { writeAlarmTable } from './alarms.ts'
import { writeObjects } from './api/objects.ts'
import { writeEndpointTable, writeReference } from './api/reference.ts'
import { writeCopyCounts, writeIdleCosts, writeRegions, writeResourceCounts } from './deploy/counts.ts'
import { writeImportCosts } from './deploy/import-costs.ts'
import { writeParameterTable } from './deploy/parameters.ts'
import { writeFunctionPrices, writePriceTable } from './deploy/prices.ts'
import { writeErrorTable } from './errors.ts'
import { writeEventTable, writeRetrySchedule } from './events.ts'
import { writeExampleList } from './example-list.ts'
import type { Inputs } from './inputs.ts'
import { listBatchLimits } from './limits/batches.ts'
import { listDatasetLimits } from './limits/datasets.ts'
import { listTestImageLimits, WEBHOOK_LIMITS } from './limits/events.ts'
import { listLabelingLimits } from './limits/labeling.ts'
import { writeLimits } from './limits/limit.ts'
import { REQUEST_LIMITS } from './limits/requests.ts'
import { writeFunctionVariables } from './local/function-variables.ts'
import { writeLocalVariables } from './local/variables.ts'
import { writeLogEvents } from './log-events.ts'
import type { Sections } from './markers.ts'
import { writeQueueTable } from './queues.ts'

/** Every document with generated sections, by its path from the root of the project. */
export const DOCUMENTS: Readonly<Record<string, (inputs: Inputs) => Sections>> = {
  'examples/README.md': ({ exampleFiles }) => ({ files: writeExampleList(exampleFiles) }),
  'docs/api.md': ({ contract }) => ({
    endpoints: writeEndpointTable(contract),
    reference: writeReference(contract),
    objects: writeObjects(contract),
  }),
  'docs/errors.md': ({ contract }) => ({ codes: writeErrorTable(contract) }),
  'docs/limits.md': ({ contract: { components } }) => ({
    requests: writeLimits(REQUEST_LIMITS),
    datasets: writeLimits(listDatasetLimits(components.schemas)),
    batches: writeLimits(listBatchLimits(components.schemas)),
    labeling: writeLimits(listLabelingLimits(components.schemas)),
    'test-images': writeLimits(listTestImageLimits(components.schemas)),
    webhooks: writeLimits(WEBHOOK_LIMITS),
  }),
  'docs/deploy.md': ({ serverless, queues, alarms }) => ({
    parameters: writeParameterTable(serverless),
    regions: writeRegions(),
    resources: writeResourceCounts(queues, alarms),
    prices: writePriceTable(),
    functions: writeFunctionPrices(),
    copy: writeCopyCounts(),
    import: writeImportCosts(),
    idle: writeIdleCosts(alarms),
  }),
  'docs/local.md': ({ programs }) => ({
    variables: writeLocalVariables(programs),
    'function-variables': writeFunctionVariables(),
  }),
  'docs/operations.md': ({ alarms }) => ({ 'log-events': writeLogEvents(), alarms: writeAlarmTable(alarms) }),
  'docs/reliability.md': ({ queues, workers }) => ({ queues: writeQueueTable(queues, workers) }),
  'docs/webhooks.md': () => ({ events: writeEventTable(), retries: writeRetrySchedule() }),
}
