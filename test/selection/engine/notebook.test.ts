import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { findDescendants } from '../../../shared/open-images/hierarchy.ts'
import { select } from '../../../shared/selection/engine/select.ts'
import { collect } from '../../support/collect.ts'
import { findId, hierarchy, sampleFile } from '../../support/fixtures/published.ts'
import { memorySource } from '../../support/world/byte-source.ts'
import { selectLikeNotebook } from './notebook-rule.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const SAMPLE_TRAIN = text(sampleFile('train/annotations-bbox.csv'))
const FILES: Readonly<Record<string, string>> = {
  // 8 columns, as in 2017
  'sample-train': SAMPLE_TRAIN,
  // 13 columns
  'sample-validation': text(sampleFile('validation/annotations-bbox.csv')),
  'the test head': readFileSync(join(import.meta.dirname, '../../fixtures/open-images/test-head.csv'), 'utf8'),
  'a file of 2017 with CRLF': SAMPLE_TRAIN.replaceAll('\n', '\r\n'),
}

const toClassIds = (className: string) => findDescendants(hierarchy, findId(className), { includeParts: false })

async function selectIds(csv: string, classNames: readonly string[], examplesPerClass: number): Promise<string[]> {
  const criteria = {
    classes: classNames.map((className) => ({ className, classIds: toClassIds(className) })),
    examplesPerClass,
    batchOffset: 0,
    allocation: 'disjoint',
    skipImages: ['251d4c429f6f9c39', '065ad49f98157c8d'],
    excludeFlags: [],
  } as const
  const selection = await select(memorySource(csv), criteria, { groupedByImage: true })
  return (await collect(selection.pages())).flat().map(({ imageId }) => imageId)
}

describe.each(Object.entries(FILES))('selecting from %s', (_, csv) => {
  it.each([
    ['a class', ['Tree']],
    ['a class with subclasses', ['Person']],
    ['a class with subclasses of subclasses', ['Animal']],
    ['several classes', ['Car', 'Tree', 'Flower']],
    ['several classes with subclasses that overlap', ['Clothing', 'Person', 'Footwear']],
    ['a class without images', ['Penguin', 'Tree']],
  ])('returns the images that the notebook selects for %s', async (_, classNames) => {
    for (const examplesPerClass of [1, 2, 3, 5, 100])
      expect(await selectIds(csv, classNames, examplesPerClass)).toEqual(
        selectLikeNotebook(csv, classNames.map(toClassIds), examplesPerClass),
      )
  })
})

describe('the beginning of the test CSV', () => {
  it('selects the Bird images that the notebook selected', async () => {
    expect(await selectIds(FILES['the test head']!, ['Bird'], 4)).toEqual([
      '000062a39995e348',
      '000411001ff7dd4f',
      '001f0b7197c54078',
      '0027f99a032cca4a',
    ])
  })
})
