import { describe, expect, it } from '@jest/globals'
import { cancelImport } from '../../../shared/datasets/import/cancel-import.ts'
import { checkRowsJob } from '../../../shared/datasets/import/check-rows-job.ts'
import { fetchPartsJob } from '../../../shared/datasets/import/fetch-parts-job.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { drain } from '../../support/broker/drain.ts'
import { readDatasetState, smallDataset } from '../../support/fixtures/small-dataset.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'

const findSubject = (ports: MemoryPorts) => {
  const { importing, current } = readDatasetState(ports)
  return { dataset: 'small', importId: (importing ?? current)!.importId }
}

describe('planChunks', () => {
  it('returns the chunks of both rounds, from what is stored', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    expect(await fetchPartsJob.planChunks(findSubject(ports), 1, ports)).toEqual([0, 1, 2, 3])
    await drain(ports)
    expect(await checkRowsJob.planChunks(findSubject(ports), 1, ports)).toEqual([0, 1])
  })

  it('throws not-found for an import that was cancelled', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    const subject = findSubject(ports)
    await cancelImport('small', ports)
    for (const job of [fetchPartsJob, checkRowsJob])
      await expect(job.planChunks(subject, 1, ports)).rejects.toMatchObject({ name: 'SubjectGoneError' })
  })
})
