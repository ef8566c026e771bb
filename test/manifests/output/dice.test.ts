import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { listAttributes } from '../../../shared/manifests/output/attributes.ts'
import { parseOutputLine } from '../../../shared/manifests/output/line.ts'

const FILE = new URL('../../fixtures/ground-truth/dice-output.manifest', import.meta.url)
const bytes = readFileSync(FILE)
const texts = bytes.toString('utf8').trimEnd().split('\n')
const lines = texts.map((text) => parseOutputLine(text, 'dice-labeling'))
const labeled = lines.filter((line) => line.outcome === 'labeled')

const tally = (names: readonly (string | undefined)[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[String(name)] = (counts[String(name)] ?? 0) + 1
  return counts
}

describe('an output manifest that the service wrote', () => {
  it('is stored here as it was published', () => {
    const hash = createHash('sha256').update(bytes).digest('hex')
    expect(readFileSync(new URL('README.md', FILE), 'utf8')).toContain(hash)
  })

  it('has one label attribute on every line', () => {
    expect(tally(texts.flatMap(listAttributes))).toEqual({ 'dice-labeling': 315 })
  })

  it('has only labeled lines', () => {
    expect(tally(lines.map(({ outcome }) => outcome))).toEqual({ labeled: 315 })
  })

  it('has the number of boxes of each class that an independent count found', () => {
    expect(tally(labeled.flatMap(({ boxes }) => boxes.map(({ className }) => className)))).toEqual({
      ...{ one: 289, two: 335, three: 317, four: 272, five: 322, six: 355, unclear: 62 },
    })
    expect(labeled.reduce((sum, { boxes }) => sum + boxes.length, 0)).toBe(1952)
    expect(labeled.filter(({ boxes }) => boxes.length === 0)).toHaveLength(3)
  })

  it('has the class ids of the label file', () => {
    const pairs = labeled.flatMap(({ boxes }) => boxes.map(({ classIndex, className }) => `${classIndex} ${className}`))
    const inOrder = ['0 one', '1 two', '2 three', '3 four', '4 five', '5 six', '6 unclear']
    expect([...new Set(pairs)].sort()).toEqual(inOrder)
  })

  it('has labels of two chained jobs', () => {
    const jobs = { 'dice-labeling': 149, 'dice-labeling-chain4': 166 }
    expect(tally(labeled.map(({ jobName }) => jobName))).toEqual(jobs)
  })

  it('has the image size, human annotation and the same confidence on every line', () => {
    expect(labeled.filter(({ imageSize }) => imageSize?.depth === 3)).toHaveLength(315)
    expect(labeled.filter(({ humanAnnotated }) => humanAnnotated)).toHaveLength(315)
    expect(tally(labeled.flatMap(({ boxes }) => boxes.map(({ confidence }) => String(confidence))))).toEqual({
      '0.09': 1952,
    })
  })

  it('is unlabeled for an attribute that it does not have', () => {
    expect(tally(texts.map((text) => parseOutputLine(text, 'dice').outcome))).toEqual({ unlabeled: 315 })
  })
})
