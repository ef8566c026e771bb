import { describe, expect, it } from '@jest/globals'
import { cancelCopy } from '../../../shared/batches/cancel-copy.ts'
import { deleteBatch } from '../../../shared/batches/delete.ts'
import { drain } from '../../support/broker/drain.ts'
import { jsonAt } from '../../support/world/bucket-contents.ts'
import { memoryObject } from '../../support/world/memory-object.ts'
import { completeRun, labelingJob, putBatch, readCatBatch, threeCatPorts, toStepStates } from './cat-run.ts'

describe('stopping a run', () => {
  it('skips the steps after a cancelled copy, and the same request resumes the run', async () => {
    const ports = await threeCatPorts()
    await putBatch(ports, { run: 'manifest' })
    await drain(ports, { lost: (message) => 'chunk' in message })
    await cancelCopy('b', ports)
    const { run: cancelled } = await readCatBatch(ports)
    expect([cancelled.state, ...toStepStates(cancelled)]).toEqual([
      'stopped',
      'select done',
      'copy stopped',
      'manifest skipped',
    ])
    expect((await completeRun(ports, { run: 'manifest' })).state).toBe('done')
  })

  /** Runs a batch up to its labeling job, and cancels it after so many messages. */
  const cancelAfter = async (messages: number) => {
    const ports = await threeCatPorts()
    await putBatch(ports, { run: 'label', labelingJob })
    let delivered = 0
    let progress: Awaited<ReturnType<typeof cancelCopy>>
    const cancel = async () => {
      if (delivered++ === messages) progress = await cancelCopy('b', ports)
    }
    await cancel()
    await drain(ports, { after: cancel })
    return { ports, progress, ...(await readCatBatch(ports)) }
  }

  it.each([
    ['while the images are chosen', 0, undefined, ['copy stopped', 'manifest skipped', 'label skipped']],
    ['before the copy', 1, undefined, ['copy stopped', 'manifest skipped', 'label skipped']],
    ['as the copy begins', 2, 'cancelled', ['copy stopped', 'manifest skipped', 'label skipped']],
    ['once the images are copied', 4, 'copied', ['copy stopped', 'manifest skipped', 'label skipped']],
    ['before the manifest', 5, 'copied', ['copy done', 'manifest stopped', 'label skipped']],
    ['before the labeling job', 6, 'copied', ['copy done', 'manifest done', 'label stopped']],
  ])('stops the run %s, and the same request resumes it', async (_, messages, state, steps) => {
    const { ports, progress, run: stopped } = await cancelAfter(messages)
    expect([progress?.state, stopped.state, ...toStepStates(stopped)]).toEqual([
      state,
      'stopped',
      'select done',
      ...steps,
    ])
    expect(await cancelCopy('b', ports)).toEqual(progress)
    expect(ports.world.labeling.requests).toEqual([])
    expect((await completeRun(ports, { run: 'label', labelingJob })).state).toBe('done')
  })

  it('does not stop the run of a batch that was recreated meanwhile', async () => {
    const ports = await threeCatPorts()
    await putBatch(ports, { run: 'manifest' })
    const key = 's3://work/data/b/batch.json'
    const state = jsonAt(ports.world, 'data/b/batch.json')
    let reads = 0
    ports.world.pause = async (call) => {
      const isSecondRead = call.method === 'get' && call.key === 'data/b/batch.json' && ++reads === 2
      if (isSecondRead) ports.world.stored.set(key, memoryObject(JSON.stringify({ ...state, batchId: 'recreated' })))
    }
    await cancelCopy('b', ports).catch(() => undefined)
    expect(jsonAt(ports.world, 'data/b/batch.json')).toMatchObject({ batchId: 'recreated', run: { state: 'running' } })
  })

  it('is refused while the labeling job is being created, naming the call that stops the job', async () => {
    const ports = await threeCatPorts()
    ports.world.fault = ({ port, method }) =>
      port === 'labeler' && method === 'create' ? new Error('down') : undefined
    await putBatch(ports, { run: 'label', labelingJob })
    const refusals: unknown[] = []
    const after = async () => {
      const { run: current } = await readCatBatch(ports)
      if (current.step === 'label' && current.steps.at(-1)?.state === 'running')
        refusals.push(await cancelCopy('b', ports).catch(({ code, message }) => [code, message]))
    }
    await drain(ports, { receives: 1, deadLetterReceives: 0, after })
    expect(refusals).toEqual([['wrong-state', expect.stringContaining('/v1/labeling-jobs/b/stop')]])
    expect((await readCatBatch(ports)).run.state).toBe('running')
  })

  it('does nothing more for a batch that was deleted and recreated', async () => {
    const ports = await threeCatPorts()
    await completeRun(ports, { run: 'copy' })
    await putBatch(ports, { run: 'label', labelingJob })
    await deleteBatch('b', ports)
    await putBatch(ports, {})
    await drain(ports)
    expect((await readCatBatch(ports)).run).toMatchObject({ upTo: 'select', state: 'done' })
    expect(ports.world.labeling.requests).toEqual([])
  })
})
