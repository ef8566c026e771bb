import { describe, expect, it } from '@jest/globals'
import { startImport } from '../../shared/datasets/import/start-import.ts'
import {
  LARGE_IMAGE_LIST,
  listEvents,
  listKeys,
  readDatasetState,
  type SourceFile,
  smallDataset,
} from '../support/fixtures/small-dataset.ts'
import { drain } from '../support/world/drain.ts'
import { type Call, Died } from '../support/world/world.ts'

type Files = Partial<Record<SourceFile, string>>

/** How an import of these files ends when a worker dies once, before or after one call; every message comes again. */
async function importDying(files: Files, call: number, moment: 'before' | 'after', options: { times?: number } = {}) {
  const ports = await smallDataset(files)
  await startImport('small', ports)
  const from = ports.world.calls.length
  ports.world.fault = (_, number) => (number === from + call ? moment : undefined)
  const errors = await drain(ports, options)
  return { ports, errors, calls: ports.world.calls.slice(from) }
}

/** Runs it for each call that an undisturbed import makes (`only` some of them), before and after. */
async function forEachDeath(
  files: Files,
  check: (run: Awaited<ReturnType<typeof importDying>>, at: string) => void,
  only: (call: Call) => boolean = () => true,
) {
  const { calls } = await importDying(files, 0, 'before')
  for (const [index, call] of calls.entries()) {
    if (!only(call)) continue
    for (const moment of ['before', 'after'] as const)
      check(
        await importDying(files, index + 1, moment),
        `${moment} ${index + 1}. ${call.port}.${call.method} ${call.key}`,
      )
  }
}

describe('a worker that dies', () => {
  it('before or after any call of an import is brought its message again, and the dataset ends ready', async () => {
    await forEachDeath({}, ({ ports, errors }, at) => {
      expect({ at, errors }).toEqual({ at, errors: [expect.any(Died)] })
      expect({ at, ...readDatasetState(ports) }).toMatchObject({ at, current: { imageCount: 4, boxCount: 6 } })
      expect({ at, importing: readDatasetState(ports).importing }).toEqual({ at, importing: undefined })
      expect({ at, ids: [...new Set(listEvents(ports).map(({ type, id }) => `${type} ${id}`))] }).toEqual({
        at,
        ids: [expect.stringMatching(/^dataset\.ready evt_/)],
      })
    })
  })
  it('while an upload in parts goes on ends ready too', async () => {
    const files = { 'images.csv': LARGE_IMAGE_LIST }
    await forEachDeath(
      files,
      ({ ports }, at) => {
        expect({ at, ...readDatasetState(ports) }).toMatchObject({ at, current: { imageCount: 4 } })
        expect(
          ports.world.stored.get(`s3://work/data/raw/small/${readDatasetState(ports).current?.importId}/images.csv`)
            ?.bytes.length,
        ).toBe((8 << 20) + 8)
      },
      ({ port }) => port === 'uploads',
    )
  })
  it.each<[string, Files]>([
    ['its rows are bad', { 'boxes.csv': 'ImageID,LabelName,XMin,XMax,YMin,YMax\nx\n' }],
    ['its names are bad', { 'names.csv': '<html>' }],
    ['its box file is no CSV', { 'boxes.csv': '<html>' }],
  ])(
    'before or after any call of an import that fails as %s leaves the failure, its event and no file',
    async (_, files) => {
      await forEachDeath(files, ({ ports }, at) => {
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
    },
  )
  it.each([
    ['parts are joined', ({ method }: Call) => method === 'complete'],
    ['classes are counted', ({ method, key }: Call) => method === 'put' && key.endsWith('/classes.json')],
  ])('each time when %s, the end of a round, ends the import with a problem', async (_, isFatal) => {
    const ports = await smallDataset({ 'images.csv': LARGE_IMAGE_LIST })
    await startImport('small', ports)
    ports.world.fault = (call) => (isFatal(call) ? new Error('down') : undefined)
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({
      problem: { code: 'internal', detail: expect.stringContaining('given up') },
    })
    expect(readDatasetState(ports).importing).toBeUndefined()
    expect(listEvents(ports)).toMatchObject([{ type: 'dataset.failed' }])
    expect(listKeys(ports).filter((key) => !key.endsWith('/1.json'))).toEqual(['dataset.json'])
    expect(ports.world.uploads.open.size).toBe(0)
  })
  it('each time when the event is to be sent loses no event of an import that is current', async () => {
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
  it('each time ends the import all the same: what keeps failing is given up', async () => {
    const ports = await smallDataset()
    await startImport('small', ports)
    ports.world.fault = ({ method, key }) =>
      method === 'read' && key.endsWith('boxes.csv') ? new Error('down') : undefined
    await drain(ports)
    expect(readDatasetState(ports)).toMatchObject({
      problem: { code: 'internal', detail: expect.stringContaining('kept failing') },
    })
    expect(readDatasetState(ports).importing).toBeUndefined()
    expect(listEvents(ports)).toMatchObject([{ type: 'dataset.failed' }])
  })
})

describe('a start that dies', () => {
  it('before or after any call leaves nothing, or an import that goes on when it is started again', async () => {
    const whole = await smallDataset()
    const from = whole.world.calls.length
    await startImport('small', whole)
    for (let call = from + 1; call <= whole.world.calls.length; call++)
      for (const moment of ['before', 'after'] as const) {
        const ports = await smallDataset()
        ports.world.fault = (_, number) => (number === call ? moment : undefined)
        await expect(startImport('small', ports)).rejects.toThrow(Died)
        await startImport('small', ports)
        expect({ call, errors: await drain(ports) }).toEqual({ call, errors: [] })
        expect({ call, ...readDatasetState(ports) }).toMatchObject({ call, current: { imageCount: 4 } })
        expect(listEvents(ports)).toHaveLength(1)
      }
  })
})
