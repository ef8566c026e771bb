import fc from 'fast-check'
import type { Criteria } from '../../../shared/contracts/criteria.ts'
import { FLAG_NAMES, FLAGS } from '../../../shared/contracts/flags.ts'
import type { ModelRow } from './model.ts'

const CLASS_IDS = ['/m/0a', '/m/0b', '/m/01c', '/m/0d_e']
const IMAGE_IDS = ['0', '1', '2', 'a', 'b', 'c', 'f'].map((digit) => digit.repeat(16))

/** Published headers of box CSVs, and other valid ones. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  2017: ['ImageID', 'Source', 'LabelName', 'Confidence', 'XMin', 'XMax', 'YMin', 'YMax'],
  2018: ['ImageID', 'Source', 'LabelName', 'Confidence', 'XMin', 'XMax', 'YMin', 'YMax', ...Object.values(FLAGS)],
  reordered: ['XMin', 'XMax', ...Object.values(FLAGS), 'YMin', 'ImageID', 'Note', 'YMax', 'LabelName'],
  'image last': ['LabelName', 'IsGroupOf', 'XMin', 'XMax', 'YMin', 'YMax', 'ImageID'],
}

/** A box CSV as rows and as text. */
export interface RandomCsv {
  readonly rows: readonly ModelRow[]
  readonly text: string
  readonly grouped: boolean
}

const flag = fc.constantFrom('-1', '0', '1')
const corner = fc.constantFrom('0', '0.25', '0.560250', '1')
const row: fc.Arbitrary<ModelRow> = fc.record({
  ImageID: fc.constantFrom(...IMAGE_IDS),
  LabelName: fc.constantFrom(...CLASS_IDS, '/m/0other'),
  Source: fc.constantFrom('activemil', ''),
  Confidence: fc.constantFrom('1', ''),
  Note: fc.constantFrom('', 'é', 'ok'),
  XMin: fc.constant('0'),
  XMax: corner,
  YMin: fc.constant('0'),
  YMax: corner,
  IsOccluded: flag,
  IsTruncated: flag,
  IsGroupOf: flag,
  IsDepiction: flag,
  IsInside: flag,
})

/** Files of up to 40 rows with seven images and five classes, grouped by image or not, with any header and line end. */
export const randomCsv: fc.Arbitrary<RandomCsv> = fc
  .record({
    drawn: fc.array(row, { maxLength: 40 }),
    grouped: fc.boolean(),
    header: fc.constantFrom(...Object.values(HEADERS)),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    endsInLine: fc.boolean(),
  })
  .map(({ drawn, grouped, header, lineEnd, endsInLine }) => {
    const rows = grouped ? [...Map.groupBy(drawn, ({ ImageID }) => ImageID).values()].flat() : drawn
    const seen = rows.map((fields) => Object.fromEntries(header.map((name) => [name, fields[name]!])))
    const lines = [header, ...seen.map((fields) => header.map((name) => fields[name]!))]
    const text = lines.map((fields) => fields.join(',')).join(lineEnd) + (endsInLine ? lineEnd : '')
    return { rows: seen, text, grouped }
  })

/** One to three classes with one to three ids, which may overlap. */
export const randomCriteria: fc.Arbitrary<Criteria> = fc.record({
  classes: fc
    .array(fc.uniqueArray(fc.constantFrom(...CLASS_IDS), { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    })
    // Several classes may have the same name.
    .map((all) => all.map((classIds, number) => ({ className: `Class ${number % 2}`, classIds }))),
  examplesPerClass: fc.integer({ min: 1, max: 4 }),
  batchOffset: fc.integer({ min: 0, max: 3 }),
  allocation: fc.constantFrom('disjoint', 'window'),
  skipImages: fc.subarray(IMAGE_IDS, { maxLength: 2 }),
  excludeFlags: fc.subarray([...FLAG_NAMES], { maxLength: 2 }),
})

/** Options for reading the same bytes. */
export const randomReading = fc.record({
  rangeBytes: fc.integer({ min: 1, max: 400 }),
  inFlight: fc.integer({ min: 1, max: 5 }),
})
