import { describe, expect, it } from '@jest/globals'
import * as z from 'zod'
import { AnnotationItem, AnnotationsQuery, readAnnotations } from '../../../shared/manifests/output/annotations.ts'
import { OutputLine } from '../../../shared/manifests/output/line.ts'
import { allPages, boxLine, emptyStore, KEY, manifest, read } from './annotation-file.ts'

const REF = '"source-ref":"s3://work/data/b/images/x.jpg"'
const UNLABELED = `{${REF}}`
const FAILED = `{${REF},"boxes-metadata":{"failure-reason":"expired"}}`
const outcomes = (items: readonly AnnotationItem[]) => items.map(({ line, outcome }) => `${line} ${outcome}`)

describe('readAnnotations', () => {
  it('returns each line with its number and outcome', async () => {
    const { items, nextCursor } = await read(manifest(`${boxLine(7)}\n${UNLABELED}\n${FAILED}\n`))
    expect(items).toEqual([
      {
        line: 1,
        outcome: 'labeled',
        sourceRef: 's3://work/data/b/images/7.jpg',
        boxes: [{ className: 'Cat', classIndex: 0, left: 7, top: 2, width: 3, height: 4 }],
      },
      { line: 2, outcome: 'unlabeled', sourceRef: 's3://work/data/b/images/x.jpg' },
      { line: 3, outcome: 'failed', sourceRef: 's3://work/data/b/images/x.jpg', reason: 'expired' },
    ])
    expect(nextCursor).toBeUndefined()
    for (const item of items) expect(AnnotationItem.parse(item)).toEqual(item)
  })

  it.each([
    ['', []],
    ['\n', []],
    ['\n\r\n \t\n', []],
    [UNLABELED, ['1 unlabeled']],
    [`${UNLABELED}\n`, ['1 unlabeled']],
    [`\uFEFF${UNLABELED}\r\n${FAILED}\r\n`, ['1 unlabeled', '2 failed']],
    [`${UNLABELED}\n\n${FAILED}`, ['1 unlabeled', '3 failed']],
    [`\n${UNLABELED}\n \r\n\t\n${FAILED}\n`, ['2 unlabeled', '5 failed']],
    [`${UNLABELED}\n\n`, ['1 unlabeled']],
    [`${UNLABELED}\n\n\n   `, ['1 unlabeled']],
    [`${UNLABELED}\n\u00A0\n`, ['1 unlabeled', '2 unreadable']],
    [`${UNLABELED}\nno JSON\n${FAILED}\n`, ['1 unlabeled', '2 unreadable', '3 failed']],
  ])('numbers every line, and leaves out those that are blank: %j', async (content, expected) => {
    expect(outcomes((await read(manifest(content))).items)).toEqual(expected)
  })

  it('returns a line that is not UTF-8 as unreadable and continues', async () => {
    const content = Buffer.concat([Buffer.from(`{"source-ref":"\xE4"}\n`, 'latin1'), Buffer.from(FAILED)])
    const { items } = await read(manifest(content))
    expect(items[0]).toEqual({ line: 1, outcome: 'unreadable', reason: 'not UTF-8' })
    expect(outcomes(items)).toEqual(['1 unreadable', '2 failed'])
  })

  it('returns a line that is too long as unreadable and continues after it', async () => {
    const long = (bytes: number) => `{"source-ref":"${'x'.repeat(bytes - 17)}"}`
    const { items } = await read(manifest(`${long(1 << 20)}\n${long((1 << 20) + 1)}\n${FAILED}\n${long(3 << 20)}`))
    expect(outcomes(items)).toEqual(['1 unlabeled', '2 unreadable', '3 failed', '4 unreadable'])
    const tooLong = { outcome: 'unreadable', reason: expect.stringContaining('1048576') }
    expect([items[1], items[3]]).toEqual([
      { line: 2, ...tooLong },
      { line: 4, ...tooLong },
    ])
  })

  it('returns a line as unreadable when it does not fit into a response', async () => {
    const annotations = Array.from({ length: 17_000 }, () => ({ class_id: 0, left: 1, top: 1, width: 1, height: 1 }))
    const classMap = { 0: 'x'.repeat(256) }
    const label = {
      boxes: { annotations },
      'boxes-metadata': { type: 'groundtruth/object-detection', 'class-map': classMap },
    }
    const [pageOne] = await allPages(manifest(`${boxLine(0, label)}\n${FAILED}`))
    expect(pageOne).toEqual([
      {
        line: 1,
        outcome: 'unreadable',
        sourceRef: 's3://work/data/b/images/0.jpg',
        reason: expect.stringMatching(/\d+ bytes.* 3145728$/),
      },
      { line: 2, outcome: 'failed', sourceRef: 's3://work/data/b/images/x.jpg', reason: 'expired' },
    ])
  })

  it('throws not-found when there is no manifest', async () => {
    await expect(read(emptyStore())).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(KEY),
    })
  })

  const VERDICT = {
    checked: 1,
    'checked-metadata': { 'class-name': 'incorrect', type: 'groundtruth/label-verification' },
  }
  const readChecked = async (line: string, verifiedAttribute?: string) => {
    const ports = manifest(line)
    const { items } = await readAnnotations(KEY, 'checked', { limit: 10, verifiedAttribute }, ports)
    return items[0]
  }

  it('returns a verdict together with the boxes that it is about', async () => {
    const line = boxLine(1, VERDICT)
    expect(await readChecked(line, 'boxes')).toMatchObject({
      outcome: 'verified',
      verdict: 'incorrect',
      boxes: [{ classIndex: expect.any(Number), width: expect.any(Number) }],
    })
    expect(await readChecked(line)).not.toHaveProperty('boxes')
    expect(await readChecked(line, 'another')).not.toHaveProperty('boxes')
  })

  it.each([
    ['cannot be read', { boxes: 'lost' }],
    [
      'do not fit into a response',
      {
        boxes: {
          annotations: Array.from({ length: 17_000 }, () => ({ class_id: 0, left: 1, top: 1, width: 1, height: 1 })),
        },
        'boxes-metadata': { type: 'groundtruth/object-detection', 'class-map': { 0: 'x'.repeat(256) } },
      },
    ],
  ])('returns a verdict alone when its boxes %s', async (_, boxes) => {
    const found = await readChecked(boxLine(1, { ...VERDICT, ...boxes }), 'boxes')
    expect(found).toMatchObject({ outcome: 'verified', verdict: 'incorrect' })
    expect(found).not.toHaveProperty('boxes')
  })

  it('filters by outcome and keeps the line numbers', async () => {
    const ports = manifest(`${FAILED}\n${boxLine(1)}\nx\n${boxLine(2)}\n${FAILED}`)
    expect(outcomes((await read(ports, { outcome: 'labeled' })).items)).toEqual(['2 labeled', '4 labeled'])
    expect(outcomes((await read(ports, { outcome: 'unreadable' })).items)).toEqual(['3 unreadable'])
    expect((await read(ports, { outcome: 'verified' })).items).toEqual([])
  })

  it('accepts every outcome of a line as a filter, and no other', () => {
    const all = OutputLine.options.map(({ shape }) => shape.outcome.value)
    for (const outcome of all) expect(AnnotationsQuery.parse({ outcome })).toEqual({ limit: 100, outcome })
    expect(AnnotationsQuery.safeParse({ outcome: 'lost' }).success).toBe(false)
    expect(AnnotationItem.options.map(({ shape }) => shape.outcome.value)).toEqual(all)
  })

  it('returns items that a JSON schema describes', () => {
    expect(z.toJSONSchema(AnnotationItem)).toHaveProperty('$defs.Annotation.oneOf.length', 6)
  })
})
