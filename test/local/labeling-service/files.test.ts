import { describe, expect, it } from '@jest/globals'
import { faultOf, labelingForSuite } from './running-server.ts'
import {
  boxMembers,
  functionsOf,
  type JobFiles,
  labelFile,
  linesOf,
  placeJobFiles,
  verifyTemplate,
} from './valid-request.ts'

const labeling = labelingForSuite()

const faultWith = async (files: JobFiles) => {
  await placeJobFiles(labeling.store.s3, { ...files, cors: false })
  return faultOf(labeling.create())
}
let count = 0
const isTaken = async (files: JobFiles) => {
  const LabelingJobName = `taken-${count++}`
  await placeJobFiles(labeling.store.s3, { ...files, cors: false })
  await labeling.create({ LabelingJobName })
  return (await labeling.describe(LabelingJobName)).LabelingJobStatus === 'Initializing'
}

const [first] = linesOf(1)
/** A line of so many characters, in members that are each short enough. */
function longLine(characters: number): string {
  const line = JSON.stringify({ ...first, a: 'x'.repeat(19_000), b: '', c: '', d: '', e: '', f: '' })
  const parts = ['b', 'c', 'd', 'e', 'f']
  const each = Math.floor((characters - line.length) / parts.length)
  const rest = (characters - line.length) % parts.length
  const members = parts.map((name, at) => [name, 'x'.repeat(each + (at === 0 ? rest : 0))])
  return JSON.stringify({ ...first, a: 'x'.repeat(19_000), ...Object.fromEntries(members) })
}

describe('a manifest', () => {
  it('may have other members, \\r\\n, a last line break, and any text that JSON has', async () => {
    const lines = ['{"source-ref":"s3://photos/a b\u2028.png","other":{"deep":[1]}}\r', JSON.stringify(first), '']
    expect(await isTaken({ lines })).toBe(true)
  })

  it('may have lines of 100,000 characters and attributes of 20,000', async () => {
    expect(await isTaken({ lines: [longLine(100_000)] })).toBe(true)
    expect(await isTaken({ lines: [{ ...first, a: 'x'.repeat(19_998) }] })).toBe(true)
  })

  it.each<[string, readonly (object | string)[], RegExp]>([
    ['nothing in it', [''], /the manifest is empty/],
    ['a line that is not JSON', [first ?? '', '{'], /line 2: it is not JSON/],
    ['a blank line within', [first ?? '', '', first ?? ''], /line 2: it is not JSON/],
    ['a byte order mark', [`\uFEFF${JSON.stringify(first)}`], /line 1: it is not JSON/],
    ['a line that is no object', ['[]'], /line 1: it is no JSON object/],
    ['a line without source-ref', ['{"source":"text"}'], /line 1: it has no source-ref/],
    ['a source-ref by https', ['{"source-ref":"https://a/b.png"}'], /line 1: its source-ref is no s3:/],
    ['a source-ref that is no text', ['{"source-ref":1}'], /line 1: its source-ref is no s3:/],
    ['an attribute that begins with $', [{ ...first, $a: 1 }], /line 1: "\$a" begins with \$/],
    ['a line too long', [longLine(100_001)], /line 1 has 100001 characters/],
    ['an attribute too long', [{ ...first, a: 'x'.repeat(19_999) }], /line 1: "a" has 20001 characters/],
  ])('is refused with %s', async (_what, lines, message) => {
    const fault = await faultWith({ lines })
    expect(fault).toMatch(/^ValidationException: InputConfig\.DataSource\.S3DataSource\.ManifestS3Uri: /)
    expect(fault).toMatch(message)
  })

  it('has 100,000 lines at most', async () => {
    const line = JSON.stringify(first)
    const lines = Array.from({ length: 100_001 }, () => line)
    expect(await faultWith({ lines })).toMatch(/more than 100000 lines/)
    expect(await isTaken({ lines: lines.slice(1) })).toBe(true)
  })

  it('must not have the attribute that an adjustment would write', async () => {
    const lines = [{ ...first, ...boxMembers('boxes', [0, 0, 10, 10]) }]
    await placeJobFiles(labeling.store.s3, { lines, template: verifyTemplate('boxes') })
    for (const task of ['AdjustmentBoundingBox', 'VerificationBoundingBox'] as const)
      expect(await faultOf(labeling.create({ HumanTaskConfig: functionsOf(task) }))).toMatch(
        /line 1 has labels "boxes"; adjusting or verifying needs another/,
      )
  })
})

describe('a label file', () => {
  it('may have 1 to 50 labels of up to 256 characters, and instructions', async () => {
    const labels = Array.from({ length: 50 }, (_, at) => `${at}`.padEnd(256, 'ü'))
    expect(await isTaken({ labels: labelFile(labels) })).toBe(true)
    const instructions = { shortInstruction: 'a', fullInstruction: 'b' }
    // `labelFile` writes an object.
    const one = JSON.stringify({ ...(JSON.parse(labelFile(['a'])) as object), instructions })
    expect(await isTaken({ labels: one })).toBe(true)
  })

  it.each([
    ['no labels', labelFile([]), /labels/],
    ['51 labels', labelFile(Array.from({ length: 51 }, (_, at) => `${at}`)), /labels/],
    ['a label twice', labelFile(['a', 'b', 'a']), /"a" twice/],
    ['a label of 257 characters', labelFile(['a'.repeat(257)]), /labels\[0\]\.label/],
    ['another version', '{"document-version":"2020-03-01","labels":[{"label":"a"}]}', /document-version/],
    ['no version', '{"labels":[{"label":"a"}]}', /document-version/],
    ['no comma, as in the guide', '{"document-version":"2018-11-28" "labels":[{"label":"a"}]}', /not JSON/],
  ])('is refused with %s', async (_what, labels, message) => {
    const fault = await faultWith({ labels })
    expect(fault).toMatch(/^ValidationException: LabelCategoryConfigS3Uri: /)
    expect(fault).toMatch(message)
  })
})
