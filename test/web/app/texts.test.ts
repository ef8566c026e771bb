import { describe, expect, it } from '@jest/globals'
import {
  type CopyProgress,
  countCopies,
  describeBatchState,
  describeProgress,
  findActions,
} from '../../../web/app/batches/batch-texts.ts'
import { nameLicense, readProvenance } from '../../../web/app/batches/provenance.ts'
import { describeState } from '../../../web/app/datasets/dataset.ts'
import { formatBytes, formatDuration, formatNoun, formatRelative } from '../../../web/app/frame/format.ts'
import { toWebLink } from '../../../web/app/frame/web-link.ts'
import { describeStatus, hasEnded, isOpen, measureJob } from '../../../web/app/jobs/job-texts.ts'
import { describeAttempt, describeDelivery, mayRedeliver } from '../../../web/app/webhooks/webhook.ts'
import { toWholeLink } from '../../../web/app/workers/form.ts'

describe('numbers and times', () => {
  it('sizes are in decimal units', () => {
    expect([formatBytes(0), formatBytes(1), formatBytes(16_904), formatBytes(3_603_821)]).toEqual([
      '0 bytes',
      '1 byte',
      '16.9 kB',
      '3.6 MB',
    ])
  })

  it('durations have their two largest units', () => {
    expect([0.42, 1, 59, 3725, 90_000, 86_405].map(formatDuration)).toEqual([
      '0.4 seconds',
      '1 second',
      '59 seconds',
      '1 hour 2 minutes',
      '1 day 1 hour',
      '1 day',
    ])
  })

  it('nouns follow their counts', () => {
    expect([formatNoun(1, 'box', 'boxes'), formatNoun(12_345, 'image')]).toEqual(['1 box', '12,345 images'])
  })

  it('times are said by their distance', () => {
    const now = Date.parse('2026-12-01T12:00:00Z')
    expect(formatRelative('2026-12-01T11:55:00Z', now)).toBe('5 minutes ago')
    expect(formatRelative('2026-12-01T14:00:00Z', now)).toBe('in 2 hours')
    expect(formatRelative('2026-12-01T12:00:03Z', now)).toBe('just now')
  })
})

describe('links from data', () => {
  it('only pages of the web become links', () => {
    expect(toWebLink('https://www.flickr.com/photos/1')).toBe('https://www.flickr.com/photos/1')
    expect(toWebLink('http://example.org')).toBe('http://example.org/')
    for (const text of [
      'javascript:alert(1)',
      'JAVASCRIPT:alert(1)',
      'data:text/html,x',
      '//example.org',
      'x',
      '',
      undefined,
    ])
      expect(toWebLink(text)).toBeUndefined()
  })
})

describe('authors and licenses', () => {
  it('they are read from the lines of a manifest that have them', () => {
    const manifest = [
      '{"source-ref":"s3://b/a.jpg","provenance":{"author":"A","license":"https://x/","landing-page":"https://y/"}}',
      '{"source-ref":"s3://b/c.jpg"}',
      'no json',
      '{"source-ref":"s3://b/d.jpg","provenance":{"author":7}}',
      '',
    ].join('\n')
    const found = readProvenance(manifest)
    expect([...found.keys()]).toEqual(['s3://b/a.jpg', 's3://b/d.jpg'])
    expect(found.get('s3://b/a.jpg')).toEqual({
      author: 'A',
      license: 'https://x/',
      landingPage: 'https://y/',
      title: undefined,
    })
    expect(found.get('s3://b/d.jpg')?.author).toBeUndefined()
  })

  it('licenses of Creative Commons have short names', () => {
    expect(nameLicense('https://creativecommons.org/licenses/by-nc-sa/2.0/')).toBe('CC BY-NC-SA 2.0')
    expect(nameLicense('https://example.org/mine')).toBe('https://example.org/mine')
  })
})

describe('copying', () => {
  const copy = (other: Partial<CopyProgress>): CopyProgress => ({
    ...{ state: 'copying', round: 1, total: 40, copied: 20, present: 5, pending: 12, bytes: 0, failures: [] },
    startedAt: '2026-12-01T12:00:00Z',
    ...other,
  })

  it('good copies and lost images are counted apart', () => {
    expect(countCopies(copy({}))).toEqual({ good: 25, bad: 3 })
  })

  it('progress is said with its pace', () => {
    expect(describeProgress(copy({ imagesPerSecond: 12.4, secondsLeft: 61 }))).toBe(
      '25 of 40 images copied, 3 without a copy, 12 images a second, about 1 minute 1 second left.',
    )
  })
})

describe('what can be done with a batch', () => {
  const run = (state: 'running' | 'done', manifest: 'done' | 'waiting') => ({
    ...({ upTo: 'manifest', step: 'manifest', state } as const),
    steps: [{ step: 'manifest', state: manifest } as const],
  })

  it('nothing but cancelling and deleting while it is copied', () => {
    expect(findActions({ state: 'copying', run: run('running', 'waiting') })).toEqual({
      mayContinue: false,
      mayCancel: true,
      mayRetry: false,
      mayLabel: false,
      mayDelete: true,
    })
  })

  it('labeling once it is copied, also with images missing', () => {
    expect(findActions({ state: 'copied', run: run('done', 'done') })).toMatchObject({
      mayLabel: true,
      mayRetry: false,
    })
    expect(findActions({ state: 'incomplete', run: run('done', 'done') })).toMatchObject({
      mayLabel: true,
      mayRetry: true,
    })
  })

  it('no labeling of a batch without images', () => {
    expect(findActions({ state: 'copied', run: run('done', 'done'), imageCount: 0 }).mayLabel).toBe(false)
  })

  it('going on where the run was not to go further', () => {
    expect(findActions({ state: 'selected', run: { ...run('done', 'waiting'), steps: [] } })).toMatchObject({
      mayContinue: true,
    })
  })
})

describe('labeling jobs', () => {
  const counters = { total: 10, labeled: 6, humanLabeled: 6, machineLabeled: 0, failed: 1, unlabeled: 3 }
  const job = (other: object) => ({ counters, ...other }) as Parameters<typeof measureJob>[0]

  it('images are counted first, with those that failed', () => {
    expect(measureJob(job({}))).toEqual([
      {
        title: 'Images',
        text: '6 of 10 images labeled, 1 failed',
        parts: [
          { tone: 'good', share: 0.6 },
          { tone: 'bad', share: 0.1 },
        ],
      },
    ])
  })

  it('answers are a share of those that are given and needed', () => {
    const [, answers] = measureJob(job({ opinions: { given: 15, needed: 5 } }))
    expect(answers).toMatchObject({ text: '15 given, 5 answers to go', parts: [{ share: 0.75 }] })
  })

  it('a job without images has no bar that is full', () => {
    const empty = measureJob(job({ counters: { ...counters, total: 0, labeled: 0, failed: 0 } }))
    expect(empty[0]?.parts.map(({ share }) => share)).toEqual([0, 0])
  })

  it('a job that is stopping has not ended, and is not open', () => {
    expect([hasEnded({ status: 'Stopping' }), isOpen({ status: 'Stopping' })]).toEqual([false, false])
    expect([hasEnded({ status: 'Stopped' }), isOpen({ status: 'InProgress' })]).toEqual([true, true])
  })
})

describe('states that a later version may add', () => {
  it('they are shown as they are', () => {
    expect(describeState('paused')).toEqual(['rest', 'paused'])
    expect(describeBatchState('paused')).toEqual(['rest', 'paused'])
    expect(describeStatus('Paused')).toEqual(['rest', 'Paused'])
    expect(describeDelivery('held')).toEqual(['rest', 'held'])
  })
})

describe('deliveries', () => {
  it('an attempt says how it ended', () => {
    const attempt = { number: 1, startedAt: '2026-12-01T12:00:00Z' }
    expect(describeAttempt({ ...attempt, outcome: 'delivered', status: 204 })).toBe('delivered, status 204')
    expect(describeAttempt({ ...attempt, outcome: 'failed', problem: { detail: 'No such host.' } })).toBe(
      'no response: No such host.',
    )
  })

  it('what is pending cannot be sent again', () => {
    const delivery = { delivery: 'd', event: { id: 'e', type: 'batch.copied', timestamp: '' }, attempts: [] } as const
    expect(mayRedeliver({ ...delivery, state: 'pending' })).toBe(false)
    expect(mayRedeliver({ ...delivery, state: 'failed' })).toBe(true)
  })
})

describe('links of workers', () => {
  it('a path becomes a whole address', () => {
    expect(toWholeLink('/label#w.abc', 'https://api.example.org/')).toBe('https://api.example.org/label#w.abc')
    expect(toWholeLink('https://other.example.org/label#w.abc', 'https://api.example.org/')).toBe(
      'https://other.example.org/label#w.abc',
    )
  })
})
