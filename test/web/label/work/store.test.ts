import { beforeEach, describe, expect, it } from '@jest/globals'
import type { WorkStore } from '../../../../web/label/work/store.ts'
import { ACCOUNT, answerTo, openFreshStore } from './open-store.ts'

const PLACE = { account: ACCOUNT, job: 'dogs', line: 1, ask: 'draw' }
const DRAFT = {
  boxes: [{ className: 'Dog', left: 1, top: 2, width: 3, height: 4, how: 'drag' as const }],
  className: 'Dog',
  comment: 'half hidden',
}

describe('the store of a browser', () => {
  let store: WorkStore
  beforeEach(async () => {
    store = await openFreshStore()
  })
  const submitIds = async (account = ACCOUNT) => (await store.queued(account)).map(({ body }) => body.submitId)

  it('keeps a draft for its task and its worker alone', async () => {
    await store.saveDraft(PLACE, DRAFT)
    expect(await store.draft(PLACE)).toMatchObject(DRAFT)
    expect(await store.draft({ ...PLACE, line: 2 })).toBeUndefined()
    expect(await store.draft({ ...PLACE, ask: 'check' })).toBeUndefined()
    expect(await store.draft({ ...PLACE, account: 'bob.1' })).toBeUndefined()
  })

  it('forgets a draft once its task is answered', async () => {
    await store.saveDraft(PLACE, DRAFT)
    await store.removeDraft(PLACE)
    expect(await store.draft(PLACE)).toBeUndefined()
  })

  it('keeps answers in their order', async () => {
    for (const line of [3, 1, 2]) await store.queue(answerTo(line))
    expect(await submitIds()).toEqual(['submit-3', 'submit-1', 'submit-2'])
  })

  it('replaces an answer that was never sent, which the server then cannot know', async () => {
    await store.queue(answerTo(1))
    await store.queue(answerTo(1, { submitId: 'second', replaces: 'submit-1' }))
    const [only, ...others] = await store.queued(ACCOUNT)
    expect(others).toEqual([])
    expect(only?.body).toMatchObject({ submitId: 'second' })
    expect(only?.body).not.toHaveProperty('replaces')
  })

  it('keeps an answer that may be at the server, with the one that replaces it behind it', async () => {
    await store.queue(answerTo(1))
    const [first] = await store.queued(ACCOUNT)
    await store.markTried(first!.order!)
    await store.queue(answerTo(1, { submitId: 'second', replaces: 'submit-1' }))
    const queued = await store.queued(ACCOUNT)
    expect(queued.map(({ body }) => [body.submitId, body.replaces])).toEqual([
      ['submit-1', undefined],
      ['second', 'submit-1'],
    ])
  })

  it('counts an answer as saved once, however often it is removed', async () => {
    await store.queue(answerTo(1))
    const [answer] = await store.queued(ACCOUNT)
    await store.unqueue(answer!, true)
    await store.unqueue(answer!, true)
    expect(await store.savedCount(ACCOUNT, 'dogs')).toBe(1)
    expect(await store.savedCount(ACCOUNT, 'cats')).toBe(0)
  })

  it('does not count an answer that the server refused', async () => {
    await store.queue(answerTo(1))
    const [answer] = await store.queued(ACCOUNT)
    await store.unqueue(answer!, false)
    expect(await submitIds()).toEqual([])
    expect(await store.savedCount(ACCOUNT, 'dogs')).toBe(0)
  })

  it('forgets everything of one worker, and nothing of another', async () => {
    for (const account of [ACCOUNT, 'ann.10']) {
      await store.saveDraft({ ...PLACE, account }, DRAFT)
      await store.queue({ ...answerTo(1), account })
      const [answer] = await store.queued(account)
      await store.unqueue(answer!, true)
      await store.queue({ ...answerTo(2), account })
    }
    await store.forget(ACCOUNT)
    expect([await store.draft(PLACE), await submitIds(), await store.savedCount(ACCOUNT, 'dogs')]).toEqual([
      undefined,
      [],
      0,
    ])
    const other = { ...PLACE, account: 'ann.10' }
    expect(await store.draft(other)).toMatchObject(DRAFT)
    expect([await submitIds('ann.10'), await store.savedCount('ann.10', 'dogs')]).toEqual([['submit-2'], 1])
  })
})
