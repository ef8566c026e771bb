import { describe, expect, it } from '@jest/globals'
import { describeError, labelingForSuite } from './running-server.ts'
import {
  boxMembers,
  createLines,
  type JobFiles,
  labelFile,
  placeJobFiles,
  toFunctions,
  verifyTemplate,
} from './valid-request.ts'

const labeling = labelingForSuite()

const errorWith = async (files: JobFiles) => {
  await placeJobFiles(labeling.store.s3, { ...files, cors: false })
  return describeError(labeling.create())
}
let count = 0
const isTaken = async (files: JobFiles) => {
  const LabelingJobName = `taken-${count++}`
  await placeJobFiles(labeling.store.s3, { ...files, cors: false })
  await labeling.create({ LabelingJobName })
  return (await labeling.describe(LabelingJobName)).LabelingJobStatus === 'Initializing'
}

const [first] = createLines(1)
/** Returns a line of this length whose members are within their limit. */
function longLine(characters: number): string {
  const line = JSON.stringify({ ...first, a: 'x'.repeat(19_000), b: '', c: '', d: '', e: '', f: '' })
  const parts = ['b', 'c', 'd', 'e', 'f']
  const each = Math.floor((characters - line.length) / parts.length)
  const rest = (characters - line.length) % parts.length
  const members = parts.map((name, at) => [name, 'x'.repeat(each + (at === 0 ? rest : 0))])
  return JSON.stringify({ ...first, a: 'x'.repeat(19_000), ...Object.fromEntries(members) })
}

describe('checking the manifest', () => {
  it('accepts unknown members, \\r\\n, a trailing line break and any JSON text', async () => {
    const lines = ['{"source-ref":"s3://photos/a b\u2028.png","other":{"deep":[1]}}\r', JSON.stringify(first), '']
    expect(await isTaken({ lines })).toBe(true)
  })

  it('accepts lines of 100,000 characters and attributes of 20,000', async () => {
    expect(await isTaken({ lines: [longLine(100_000)] })).toBe(true)
    expect(await isTaken({ lines: [{ ...first, a: 'x'.repeat(19_998) }] })).toBe(true)
  })

  it.each<[string, readonly (object | string)[], RegExp]>([
    ['no lines', [''], /empty/],
    ['a line that is not JSON', [first ?? '', '{'], /line 2: .*JSON/i],
    ['a blank line', [first ?? '', '', first ?? ''], /line 2: .*JSON/i],
    ['a byte order mark', [`\uFEFF${JSON.stringify(first)}`], /line 1: .*JSON/i],
    ['a line that is not an object', ['[]'], /line 1: .*object/i],
    ['a line without source-ref', ['{"source":"text"}'], /line 1: .*source-ref/i],
    ['an https source-ref', ['{"source-ref":"https://a/b.png"}'], /line 1: source-ref .*s3:/i],
    ['a source-ref that is not a string', ['{"source-ref":1}'], /line 1: source-ref .*s3:/i],
    ['an attribute that starts with $', [{ ...first, $a: 1 }], /line 1: "\$a"/i],
    ['a line that is too long', [longLine(100_001)], /line 1 .*100000.*100001/i],
    ['an attribute that is too long', [{ ...first, a: 'x'.repeat(19_999) }], /line 1: "a" .*20000.*20001/i],
  ])('rejects a manifest with %s', async (_what, lines, message) => {
    const error = await errorWith({ lines })
    expect(error).toMatch(/^ValidationException: InputConfig\.DataSource\.S3DataSource\.ManifestS3Uri: /)
    expect(error).toMatch(message)
  })

  it('accepts at most 100,000 lines', async () => {
    const line = JSON.stringify(first)
    const lines = Array.from({ length: 100_001 }, () => line)
    expect(await errorWith({ lines })).toMatch(/more than 100000 lines/)
    expect(await isTaken({ lines: lines.slice(1) })).toBe(true)
  })

  it('rejects lines with the label attribute of an adjustment or verification', async () => {
    const lines = [{ ...first, ...boxMembers('boxes', [0, 0, 10, 10]) }]
    await placeJobFiles(labeling.store.s3, { lines, template: verifyTemplate('boxes') })
    for (const task of ['AdjustmentBoundingBox', 'VerificationBoundingBox'] as const)
      expect(await describeError(labeling.create({ HumanTaskConfig: toFunctions(task) }))).toMatch(
        /line 1 .*"boxes".*LabelAttributeName/i,
      )
  })
})

describe('checking the label category file', () => {
  it('accepts 1 to 50 labels of up to 256 characters, and instructions', async () => {
    const labels = Array.from({ length: 50 }, (_, at) => `${at}`.padEnd(256, 'ü'))
    expect(await isTaken({ labels: labelFile(labels) })).toBe(true)
    const instructions = { shortInstruction: 'a', fullInstruction: 'b' }
    // `labelFile` returns a JSON object.
    const one = JSON.stringify({ ...(JSON.parse(labelFile(['a'])) as object), instructions })
    expect(await isTaken({ labels: one })).toBe(true)
  })

  it.each([
    ['no labels', labelFile([]), /labels/],
    ['51 labels', labelFile(Array.from({ length: 51 }, (_, at) => `${at}`)), /labels/],
    ['a duplicate label', labelFile(['a', 'b', 'a']), /"a"/],
    ['a label of 257 characters', labelFile(['a'.repeat(257)]), /labels\[0\]\.label/],
    ['another version', '{"document-version":"2020-03-01","labels":[{"label":"a"}]}', /document-version/],
    ['no version', '{"labels":[{"label":"a"}]}', /document-version/],
    ['no comma, as in the guide', '{"document-version":"2018-11-28" "labels":[{"label":"a"}]}', /JSON/],
  ])('rejects a label file with %s', async (_what, labels, message) => {
    const error = await errorWith({ labels })
    expect(error).toMatch(/^ValidationException: LabelCategoryConfigS3Uri: /)
    expect(error).toMatch(message)
  })
})
