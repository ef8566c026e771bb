import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../../shared/batches/cancel-copy.ts'
import { createBatch } from '../../../shared/batches/create.ts'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { ManifestRequest } from '../../../shared/contracts/manifest-request.ts'
import { startCopy } from '../../../shared/copying/start-copy.ts'
import { createJob } from '../../../shared/labeling/jobs/create.ts'
import { writeManifest } from '../../../shared/manifests/input/write-manifest.ts'
import { requestRun, runningAnyway, runningToTheLabels, runRequest } from '../../faults/run-scenarios.ts'
import { drain } from '../../support/broker/drain.ts'
import { faultAtEachCall, interleaveAtEachCall } from '../../support/crash/fault-at-each-call.ts'
import { crashAfterWrite } from '../../support/crash/faults.ts'
import { shuffled } from '../../support/crash/random.ts'
import { retryUntilDoneOr } from '../../support/crash/retry.ts'
import type { Scenario } from '../../support/crash/scenario.ts'
import { jobFor } from '../../support/fixtures/labeling-jobs.ts'
import { toSourceUri } from '../../support/fixtures/pets.ts'
import type { MemoryPorts } from '../../support/world/ports.ts'
import { labelingJob, putBatch, readCatBatch, threeCatPorts, toStepStates } from './cat-run.ts'

describe('a run with concurrent calls', () => {
  it.each([
    ['POST /v1/batches/{batch}/copy', (ports: MemoryPorts) => startCopy('b', ports)],
    [
      'PUT /v1/batches/{batch}/manifest',
      (ports: MemoryPorts) => writeManifest('b', ManifestRequest.parse({}), { store: true }, ports),
    ],
    ['PUT /v1/labeling-jobs/{job} for the same job', (ports: MemoryPorts) => createJob('b', jobFor(), ports)],
  ])('completes whenever %s is called meanwhile', async (_, call) => {
    for (let at = 1; at <= 8; at++) {
      const ports = await threeCatPorts()
      ports.world.stored.delete(toSourceUri(2))
      await putBatch(ports, { run: 'label', labelingJob })
      let messages = 0
      const after = async () => {
        messages += 1
        // A call that comes too early is refused; that must not matter.
        if (messages === at) await call(ports).catch(() => undefined)
      }
      await drain(ports, { after })
      expect([at, (await readCatBatch(ports)).run.state, ports.world.labeling.requests.length]).toEqual([at, 'done', 1])
    }
  })

  it.each([
    [
      'the same PUT',
      (ports: MemoryPorts) => createBatch('b', runRequest('label'), ports),
      /b\/batch\.json$|^b$|labeling-jobs/,
    ],
    ['a DELETE', (ports: MemoryPorts) => deleteBatch('b', ports), /data\/b\/|^b$/],
  ])('loses nothing and does nothing twice when %s comes at any call', async (_, act, touches) => {
    const refused = ['wrong-state', 'not-found', 'conflict', 'preflight-failed'] as const
    const acting = (ports: MemoryPorts) => retryUntilDoneOr(() => act(ports), ...refused).then(() => undefined)
    const work: Scenario['work'] = async (ports, options) => {
      await retryUntilDoneOr(() => requestRun('label', ports, options), ...refused)
    }
    const { faults, wrong } = await interleaveAtEachCall({ ...runningAnyway, work }, acting, touches)
    expect(wrong).toEqual([])
    expect(faults).toBeGreaterThan(40)
  })

  it('is stopped by a cancellation at any call unless it comes too late, and can be resumed', async () => {
    const wrong: string[] = []
    let writesBeforeCancel: number | undefined
    const cancel = async (ports: MemoryPorts) => {
      const isStopped = await cancelCopy('b', ports).then(
        () => true,
        () => false,
      )
      if (isStopped) writesBeforeCancel = ports.world.made.length
    }
    const work: Scenario['work'] = async (ports, options) => {
      writesBeforeCancel = undefined
      await requestRun('label', ports, options)
      const { state, steps } = (await readCatBatch(ports)).run
      const { jobs } = ports.world.labeling
      const isStopped = writesBeforeCancel !== undefined
      if (isStopped !== (state === 'stopped')) wrong.push(`cancelled: ${isStopped}, and the run is ${state}`)
      if (isStopped && jobs.size > 0) wrong.push('it has a labeling job')
      const laterWrites = ports.world.made.slice(writesBeforeCancel ?? Number.POSITIVE_INFINITY)
      if (laterWrites.some((uri) => uri.endsWith('/start.json')))
        wrong.push(`a round was started later: ${toStepStates({ steps })}`)
      await runningAnyway.work(ports, options)
    }
    const result = await interleaveAtEachCall({ ...runningAnyway, work }, cancel, /b\/(batch\.json$|copies\/)/)
    expect([...wrong, ...result.wrong]).toEqual([])
    expect(result.faults).toBeGreaterThan(60)
  })
})

describe('a run whose workers crash at any call', () => {
  it('loses nothing and does nothing twice, with messages duplicated and in any order', async () => {
    let seed = 0
    const { wrong } = await faultAtEachCall(runningToTheLabels, crashAfterWrite, () => shuffled(seed++))
    expect(wrong).toEqual([])
  })
})
