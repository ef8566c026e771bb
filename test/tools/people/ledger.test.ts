import { describe, expect, it } from '@jest/globals'
import { compareWithResult, type LedgerEntry, type ResultAnswer } from '../../../tools/people/ledger.ts'

const BOX = { className: 'Cat', left: 1 / 3, top: 2, width: 3, height: 4 }
const OTHER = { ...BOX, left: 0.5 }

const entry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  at: '2026-01-02T03:04:05.000Z',
  person: 'ann',
  kind: 'good',
  job: 'j',
  line: 1,
  block: '0-0-lease',
  submitId: 'submit-1',
  answer: 'boxes',
  boxes: [BOX],
  counted: true,
  revision: 1,
  ...changes,
})
const inResult = (changes: Partial<ResultAnswer> = {}): ResultAnswer => ({
  line: 1,
  person: 'ann',
  boxes: [BOX],
  ...changes,
})
function verdict(answer: 'correct' | 'incorrect'): LedgerEntry {
  const { boxes: _, ...others } = entry({ answer })
  return others
}
const { counted: _, revision: __, ...refused } = entry({ code: 'conflict' })

describe('comparing a ledger with a result', () => {
  it.each([
    ['an answer that is there', [entry()], [inResult()]],
    ['an answer that was acknowledged twice', [entry(), entry()], [inResult()]],
    ['an answer that was not counted', [entry({ counted: false })], []],
    ['an answer that was refused', [refused], []],
    ['an answer that was replaced', [entry(), entry({ revision: 2, boxes: [OTHER] })], [inResult({ boxes: [OTHER] })]],
    ['a replacement that came too late', [entry(), entry({ revision: 2, boxes: [], counted: false })], [inResult()]],
    ['a task that was declined', [entry({ answer: 'declined' })], []],
    ['a verdict', [verdict('correct')], [inResult({ boxes: undefined, verdict: 'correct' })]],
    ['an answer whose acknowledgement got lost', [], [inResult()]],
  ])('finds nothing wrong with %s', (_, entries, result) => {
    expect(compareWithResult(entries, result)).toEqual([])
  })

  it.each([
    ['an answer that is lost', [entry()], []],
    ['an answer to another line', [entry()], [inResult({ line: 2 })]],
    ['an answer of somebody else', [entry()], [inResult({ person: 'bob' })]],
    ['other boxes', [entry()], [inResult({ boxes: [OTHER] })]],
    ['fewer boxes', [entry()], [inResult({ boxes: [] })]],
    ['another verdict', [verdict('correct')], [inResult({ boxes: undefined, verdict: 'incorrect' })]],
    ['two answers of one person', [entry()], [inResult(), inResult()]],
    ['an answer that was replaced', [entry(), entry({ revision: 2, boxes: [OTHER] })], [inResult()]],
    ['an answer to a task that was declined', [entry({ answer: 'declined' })], [inResult()]],
  ])('finds %s', (_, entries, result) => {
    expect(compareWithResult(entries, result)).toHaveLength(1)
  })
})
