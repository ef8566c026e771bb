import { describe, expect, it } from '@jest/globals'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import { drain } from '../support/broker/drain.ts'
import {
  LARGE_IMAGE_LIST,
  listEvents,
  listKeys,
  readDatasetState,
  type SourceFile,
  smallDataset,
} from '../support/fixtures/small-dataset.ts'
import { type Call, SimulatedCrash } from '../support/world/call.ts'

type Files = Partial<Record<SourceFile, string>>

/** Imports these files with one crash of a worker, before or after one call, and redelivery of its message. */
async function importWithCrash(
  files: Files,
  call: number,
  moment: 'before' | 'after',
  options: { times?: number } = {},
) {
  const ports = await smallDataset(files)
  await startImport('small', ports)
  const from = ports.world.calls.length
  ports.world.fault = (_, number) => (number === from + call ? moment : undefined)
  const errors = await drain(ports, options)
  return { ports, errors, calls: ports.world.calls.slice(from) }
}

/** Crashes once before and once after each call that an undisturbed import makes. @param only selects some of the calls */
async function crashAtEveryCall(
  files: Files,
  check: (run: Awaited<ReturnType<typeof importWithCrash>>, at: string) => void,
  only: (call: Call) => boolean = () => true,
) {
  const { calls } = await importWithCrash(files, 0, 'before')
  for (const [index, call] of calls.entries()) {
    if (!only(call)) continue
    for (const moment of ['before', 'after'] as const)
      check(
        await importWithCrash(files, index + 1, moment),
        `${moment} ${index + 1}. ${call.port}.${call.method} ${call.key}`,
      )
  }
}

describe('importing with a crash of a worker', () => {
  it('ends with the dataset ready, whichever call the worker crashes at', async () => {
    await crashAtEveryCall({}, ({ ports, errors }, at) => {
      expect({ at, errors }).toEqual({ at, errors: [expect.any(SimulatedCrash)] })
      expect({ at, ...readDatasetState(ports) }).toMatchObject({ at, current: { imageCount: 4, boxCount: 6 } })
      expect({ at, importing: readDatasetState(ports).importing }).toEqual({ at, importing: undefined })
      expect({ at, ids: [...new Set(listEvents(ports).map(({ type, id }) => `${type} ${id}`))] }).toEqual({
        at,
        ids: [expect.stringMatching(/^dataset\.ready evt_/)],
      })
    })
  })
  it('ends with the dataset ready when the crash is at a call of a multipart upload', async () => {
    const files = { 'images.csv': LARGE_IMAGE_LIST }
    await crashAtEveryCall(
      files,
      ({ ports }, at) => {
        expect({ at, ...readDatasetState(ports) }).toMatchObject({ at, current: { imageCount: 4 } })
        expect(
          ports.world.stored.get(`s3://work/data/raw/small/${readDatasetState(ports).current?.importId}/images.csv`)
            ?.bytes.length,
        ).toBe(LARGE_IMAGE_LIST.length)
      },
      ({ port }) => port === 'uploads',
    )
  })
  it.each<[string, Files]>([
    ['invalid rows', { 'boxes.csv': 'ImageID,LabelName,XMin,XMax,YMin,YMax\nx\n' }],
    ['invalid class names', { 'names.csv': '<html>' }],
    ['a box file that is not CSV', { 'boxes.csv': '<html>' }],
  ])('of %s, leaves the failure, its event and no file, whichever call the worker crashes at', async (_, files) => {
    await crashAtEveryCall(files, ({ ports }, at) => {
      const { importing, problem } = readDatasetState(ports)
      expect({ at, importing, code: problem?.code }).toEqual({ at, importing: undefined, code: 'bad-source' })
      expect({ at, ids: [...new Set(listEvents(ports).map(({ type, id }) => `${type} ${id}`))] }).toEqual({
        at,
        ids: [expect.stringMatching(/^dataset\.failed evt_/)],
      })
      expect({ at, keys: listKeys(ports).filter((key) => !key.endsWith('/1.json')) }).toEqual({
        at,
        keys: ['dataset.json'],
      })
    })
  })
  it.each([
    ['joining the parts', ({ method }: Call) => method === 'complete'],
    ['counting the classes', ({ method, key }: Call) => method === 'put' && key.endsWith('/classes.json')],
  ])('ends with a problem when %s, at the end of a round, always fails', async (_, isFatal) => {
    const ports = await smallDataset({ 'images.csv': LARGE_IMAGE_LIST })
    await startImport('small', ports)
    ports.world.fault = (call) => (isFatal(call) ? new Error('down') : undefined)
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({ problem: { code: 'internal' } })
    expect(readDatasetState(ports).importing).toBeUndefined()
    expect(listEvents(ports)).toMatchObject([{ type: 'dataset.failed' }])
    expect(listKeys(ports).filter((key) => !key.endsWith('/1.json'))).toEqual(['dataset.json'])
    expect(ports.world.uploads.open.size).toBe(0)
  })
  it('loses no event of a current import when sending it fails four times', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    let faults = 4
    ports.world.fault = ({ key }) => (key === 'events' && faults-- > 0 ? new Error('down') : undefined)
    await drain(ports)
    expect(faults).toBeLessThan(0)
    expect(readDatasetState(ports)).toMatchObject({ current: { imageCount: 4 } })
    expect(readDatasetState(ports).problem).toBeUndefined()
    expect(listEvents(ports)).toMatchObject([{ type: 'dataset.ready' }])
  })
  it('ends with a problem when reading the box file always fails', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    ports.world.fault = ({ method, key }) =>
      method === 'read' && key.endsWith('boxes.csv') ? new Error('down') : undefined
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({ problem: { code: 'internal' } })
    expect(readDatasetState(ports).importing).toBeUndefined()
    expect(listEvents(ports)).toMatchObject([{ type: 'dataset.failed' }])
  })
})

describe('starting an import with a crash of the caller', () => {
  it('leaves nothing, or an import that continues when it is started again, whichever call the caller crashes at', async () => {
    const undisturbed = await smallDataset()
    const from = undisturbed.world.calls.length
    await startImport('small', undisturbed)
    for (let call = from + 1; call <= undisturbed.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = await smallDataset()
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(startImport('small', ports)).rejects.toThrow(SimulatedCrash)
        await startImport('small', ports)
        expect({ call, errors: await drain(ports) }).toEqual({ call, errors: [] })
        expect({ call, ...readDatasetState(ports) }).toMatchObject({ call, current: { imageCount: 4 } })
        expect(listEvents(ports)).toHaveLength(1)
      }
  })
})
