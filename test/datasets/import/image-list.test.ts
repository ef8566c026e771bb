import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { describeDataset } from '../../../shared/datasets/describe.ts'
import { openImageList } from '../../../shared/datasets/image-list.ts'
import { startImport } from '../../../shared/datasets/import/start-import.ts'
import { getDataset } from '../../../shared/datasets/store.ts'
import { findImageFacts } from '../../../shared/open-images/image-list.ts'
import { drain } from '../../support/broker/drain.ts'
import { imageId, readDatasetState, row, smallDataset, TIRE, toCsv } from '../../support/fixtures/small-dataset.ts'

const HEADER = 'ImageID,Subset,OriginalLandingURL,License,Author,Title,Rotation'
const LICENSE = 'https://license/by'
const IDS = [1, 2, 3].map((number) => imageId(0xabc000 + number))
const BOXES = toCsv(...IDS.map((id) => row(id, TIRE)))

interface Fields {
  readonly id?: string
  readonly license?: string
  readonly author?: string
  readonly title?: string
  readonly rotation?: string
}
/** Writes a row about the image with this number, counted from 0. */
const fact = (number: number, { id, license = LICENSE, author = 'Ann', title = 'T', rotation = '0.0' }: Fields = {}) =>
  `${id ?? IDS[number]},train,https://page/${number},${license},${author},${title},${rotation}`
const list = (rows: readonly string[], header = HEADER, lineEnd = '\n') => [header, ...rows, ''].join(lineEnd)
const all = (fields: Fields = {}) => IDS.map((_, number) => fact(number, fields))

/** Imports three images with this list. Returns the dataset, and the facts that a manifest would have. */
async function importList(text: string | Uint8Array) {
  const ports = await smallDataset({ 'boxes.csv': BOXES, 'images.csv': text })
  await startImport('small', ports)
  await drain(ports)
  const { value } = await getDataset('small', ports)
  const { state, problem, imageList, warnings } = await describeDataset('small', value, ports)
  const importId = readDatasetState(ports).current?.importId
  const source = importId === undefined ? undefined : await openImageList({ dataset: 'small', importId }, ports)
  const facts = source && (await findImageFacts(source, new Set(IDS)))
  return { state, problem, imageList, codes: warnings.map(({ code }) => code), facts: IDS.map((id) => facts?.get(id)) }
}

const FACTS = { license: LICENSE, author: 'Ann', title: 'T' }
const same = (facts: object) => [facts, facts, facts]

/** Lists in forms that mean the same, each with the facts that it has. */
const READ: [what: string, text: string, facts: object[]][] = [
  ['as published', list(all()), same(FACTS)],
  ['quoted ids', list(IDS.map((id, number) => fact(number, { id: `"${id}"` }))), same(FACTS)],
  ['all fields quoted', list(all().map((text) => `"${text.replaceAll(',', '","')}"`)), same(FACTS)],
  ['upper-case ids', list(IDS.map((id, number) => fact(number, { id: id.toUpperCase() }))), same(FACTS)],
  ['a lower-case header', list(all(), HEADER.toLowerCase()), same(FACTS)],
  ['an upper-case header', list(all(), HEADER.toUpperCase()), same(FACTS)],
  ['a header with spaces after its commas', list(all(), HEADER.replaceAll(',', ', ')), same(FACTS)],
  ['a quoted header', list(all(), `"${HEADER.replaceAll(',', '","')}"`), same(FACTS)],
  ['a quoted header with spaces', list(all(), `"${HEADER.replaceAll(',', '", "')}"`), same(FACTS)],
  ['a byte order mark', `\uFEFF${list(all())}`, same(FACTS)],
  ['CRLF', list(all(), HEADER, '\r\n'), same({ ...FACTS, rotation: 0 })],
  ['CR CR LF', list(all(), HEADER, '\r\r\n'), same({ ...FACTS, rotation: 0 })],
  ['CR CR LF after quoted fields', list(all({ rotation: '"90"' }), HEADER, '\r\r\n'), same({ ...FACTS, rotation: 90 })],
  ['no line end at its end', list(all()).trimEnd(), same(FACTS)],
  ['blank lines', `${list(all())}\r\n\n`, same(FACTS)],
  ['rows of other images', list([fact(0, { id: imageId(1) }), ...all(), fact(0, { id: 'f'.repeat(16) })]), same(FACTS)],
  ['rows in another order', list(all().toReversed()), same(FACTS)],
  ['an identical row twice', list([...all(), fact(1)]), same(FACTS)],
  ['an identical row twice, once quoted', list([...all(), fact(1, { author: '"Ann"' })]), same(FACTS)],
  [
    'more columns',
    list(
      all().map((text) => `${text},x,`),
      `${HEADER},Note,`,
    ),
    same(FACTS),
  ],
  ['an inch mark', list(all({ title: '19" rack' })), same({ ...FACTS, title: '19" rack' })],
  ['an inch mark at the end', list(all({ title: 'rack 19"' })), same({ ...FACTS, title: 'rack 19"' })],
  ['quotes within a title', list(all({ title: 'a "b" c' })), same({ ...FACTS, title: 'a "b" c' })],
  ['a quoted inch mark', list(all({ title: '"19"" rack, new"' })), same({ ...FACTS, title: '19" rack, new' })],
  ['a quoted line break', list(all({ title: '"a\nb"' })), same({ ...FACTS, title: 'a\nb' })],
  ['a quoted CRLF and blank line', list(all({ title: '"a\r\n\r\nb"' })), same({ ...FACTS, title: 'a\r\n\r\nb' })],
  ['a quoted line like a short id', list(all({ title: '"a\nabc001,x"' })), same({ ...FACTS, title: 'a\nabc001,x' })],
  ['an empty quoted title', list(all({ title: '""' })), same({ license: LICENSE, author: 'Ann' })],
  ['spaces around a license', list(all({ license: ` ${LICENSE} ` })), same(FACTS)],
  ['no rotation', list(all({ rotation: '' })), same(FACTS)],
  ['a rotation of pandas', list(all({ rotation: 'nan' })), same(FACTS)],
  ['another script', list(all({ author: 'José 日本' })), same({ ...FACTS, author: 'José 日本' })],
]

/** Offset of the row with this number, counted from 0, of a list whose rows are as published. */
const at = (number: number) => HEADER.length + 1 + number * (fact(0).length + 1)
const withRow = (number: number, text: string) => list(all().with(number, text))
const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** Lists that are refused, each with the line and byte, and a value that the message contains. */
const REFUSED: [what: string, text: string | Uint8Array, line: number, byte: number, value: string][] = [
  ['decimal ids', list(IDS.map((id, number) => fact(number, { id: String(Number(`0x${id}`)) }))), 2, at(0), '11255809'],
  ['an id of 15 digits', withRow(1, fact(1, { id: '000000000abc002' })), 3, at(1), '000000000abc002'],
  ['an id with a letter g', withRow(1, fact(1, { id: '000000000000000g' })), 3, at(1), '000000000000000g'],
  ['an id with .jpg', withRow(1, fact(1, { id: `${IDS[1]}.jpg` })), 3, at(1), '.jpg'],
  ['an id with a control character', withRow(1, fact(1, { id: '\x10000000000abc002' })), 3, at(1), 'ImageID'],
  ['no id', withRow(1, fact(1, { id: '' })), 3, at(1), 'ImageID'],
  ['rows cut short', list(IDS.map((id) => `${id},train`)), 2, at(0), '2'],
  ['a file that ends in a row', list(all()).slice(0, -20), 4, at(2), 'not 4'],
  ['a row of commas', withRow(2, ',,,,,,'), 4, at(2), 'ImageID'],
  ['an unquoted comma', withRow(1, fact(1, { title: 'Hello, world' })), 3, at(1), '8'],
  ['Latin-1', latin1(withRow(1, fact(1, { author: 'Jos\xe9' }))), 3, at(1), '0xe9'],
  ['Windows-1252 in a quoted field', latin1(withRow(1, fact(1, { title: '"\x93a\x94"' }))), 3, at(1), '0x93'],
  ['a quote that is not ended', withRow(1, fact(1, { title: '"rack' })), 3, at(1), 'quoted field'],
  ['a quote that is not ended in the last row', withRow(2, fact(2, { title: '"rack' })), 4, at(2), 'quoted field'],
  ['two of them', list(all({ title: '"rack' })), 2, at(0), 'quoted field'],
  [
    'one that the next row ends',
    list([fact(0, { title: '"rack' }), fact(1, { title: 'rack"' }), fact(2)]),
    2,
    at(0),
    'quoted',
  ],
  ['text after a quoted field', withRow(1, fact(1, { title: '"19" rack' })), 3, at(1), 'quote'],
  ['a quote escaped with a backslash', withRow(1, fact(1, { title: '"19\\" rack"' })), 3, at(1), 'quote'],
  ['spaces before a quoted field', withRow(1, fact(1, { title: ' "rack"' })), 3, at(1), 'spaces'],
  ['a rotation that is no number', withRow(1, fact(1, { rotation: 'left' })), 3, at(1), '"left"'],
  ['another license of an image', list([...all(), fact(1, { license: 'https://other' })]), 5, at(3), 'earlier row'],
  ['another title of an image', list([...all().toReversed(), fact(2, { title: 'U' })]), 5, at(3), 'earlier row'],
  [
    'another license, of an id in upper case',
    list([...all(), fact(1, { id: IDS[1]!.toUpperCase(), author: 'Bo' })]),
    5,
    at(3),
    'earlier',
  ],
  [
    'another license of an image without boxes',
    list([...all(), fact(1, { id: imageId(1) }), fact(1, { id: imageId(1), author: 'Bo' })]),
    6,
    at(4),
    'earlier',
  ],
  ['no ImageID', list(all(), HEADER.replace('ImageID', 'ID')), 1, 0, '"ID"'],
  ['ImageID in another column', list(all(), `Note,${HEADER}`), 1, 0, '"Note"'],
  ['a column twice', list(all(), `${HEADER},license`), 1, 0, 'License'],
  ['no known column', list(IDS, 'ImageID,Licence'), 1, 0, 'License'],
  ['a header that is too long', `${HEADER},${'x'.repeat(5000)}\n`, 1, 0, '4096'],
  ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\n', 1, 0, 'Git LFS'],
]

describe('importing an image list', () => {
  it.each(READ)('reads the facts of every image, without a warning: %s', async (_, text, facts) => {
    const result = await importList(text)
    expect(result).toMatchObject({ state: 'ready', imageList: { images: 3, licenses: 3 }, codes: [] })
    expect(result.facts).toMatchObject(facts)
  })

  it.each(REFUSED)('is refused, naming line and byte: %s', async (_, text, line, byte, value) => {
    const { state, problem, facts } = await importList(text)
    expect({ state, facts }).toEqual({ state: 'failed', facts: [undefined, undefined, undefined] })
    expect(problem).toMatchObject({ code: 'bad-source' })
    expect(problem?.detail).toContain(`images.csv, line ${line}, byte ${byte}:`)
    expect(problem?.detail.split(`byte ${byte}:`)[1]).toContain(value)
  })

  it('is refused without a row, and with a line that no list has', async () => {
    for (const text of [`${HEADER}\n`, HEADER, `${HEADER}\n\n\r\n`, `${HEADER}\n${'x'.repeat(3 << 20)}`])
      expect((await importList(text)).problem).toMatchObject({
        code: 'bad-source',
        detail: expect.stringContaining('images.csv'),
      })
  })

  it.each([
    ['no row for one image', list(all().slice(1)), { images: 2, licenses: 2 }],
    ['no license for one image', withRow(1, fact(1, { license: '' })), { images: 3, licenses: 2 }],
    ['a blank license', withRow(1, fact(1, { license: '" "' })), { images: 3, licenses: 2 }],
    [
      'no column of licenses',
      list(
        IDS.map((id) => `${id},Ann`),
        'ImageID,Author',
      ),
      { images: 3, licenses: 0 },
    ],
    ['no image of the dataset', list([fact(0, { id: imageId(7) })]), { images: 0, licenses: 0 }],
  ])('warns when it has %s, with the counts', async (_, text, imageList) => {
    expect(await importList(text)).toMatchObject({ state: 'ready', imageList, codes: ['missing-licenses'] })
  })

  it('gives no image the facts of another, whichever bytes of a list are replaced with quotes', async () => {
    const rows = IDS.map((_, number) =>
      fact(number, { license: `l${number}`, author: `a${number}`, title: `t${number}` }),
    )
    const text = list(rows)
    for (let byte = HEADER.length + 1; byte < text.length; byte += 3) {
      const { facts } = await importList(`${text.slice(0, byte)}"${text.slice(byte + 1)}`)
      for (const [number, found] of facts.entries())
        for (const value of [found?.license, found?.author, found?.title])
          if (value !== undefined) expect(value.replace(/^.*[^0-9"]/, '')).toMatch(new RegExp(`^"?${number}?"?$`))
    }
  })
})

describe('published image lists', () => {
  const sample = (part: string, name: string) =>
    readFileSync(join(import.meta.dirname, '../../../local/sample-data', part, name))
  it.each(['train', 'validation'])('have the license of every image of the sample: %s', async (part) => {
    const ports = await smallDataset({
      'boxes.csv': sample(part, 'annotations-bbox.csv'),
      'images.csv': sample(part, 'images.csv'),
      'names.csv': sample('.', 'class-descriptions.csv'),
      'hierarchy.json': sample('.', 'labels-hierarchy.json'),
    })
    await startImport('small', ports)
    await drain(ports)
    const { imageCount, imageList, warnings } = await describeDataset('small', readDatasetState(ports), ports)
    expect({ imageList, warnings }).toEqual({ imageList: { images: imageCount, licenses: imageCount }, warnings: [] })
  })
})
