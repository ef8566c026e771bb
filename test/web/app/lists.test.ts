import { describe, expect, it } from '@jest/globals'
import type { ClassSummary } from '../../../shared/contracts/class-summary.ts'
import { IDLE_PICKER, reducePicker } from '../../../web/app/batches/picker-state.ts'
import { NO_CHOICE, reduceChoice, visibleClasses } from '../../../web/app/datasets/choose-classes.ts'
import { getPreview, toChecking } from '../../../web/app/frame/dry-run-state.ts'
import { type LiveState, reduceLive } from '../../../web/app/frame/live-state.ts'
import { EMPTY_LIST, hasMore, type ListEvent, type PagedList, reduceList } from '../../../web/app/frame/paged-list.ts'

const PROBLEM = { message: 'No.', status: 503, code: 'upstream-failed', issues: [] }
const follow = (...events: readonly ListEvent<string>[]): PagedList<string> =>
  events.reduce<PagedList<string>>(reduceList, EMPTY_LIST)

const summary = (className: string, imageCount: number): ClassSummary => ({
  className,
  imageCount,
  ...{ classId: `/m/${className}`, boxCount: 0, ownImageCount: 0, ownBoxCount: 0, subclassCount: 0, parents: [] },
})

describe('a list that is loaded page by page', () => {
  it('it has more until a page has no cursor', () => {
    expect(hasMore(EMPTY_LIST)).toBe(true)
    const first = follow({ type: 'started' }, { type: 'loaded', page: { items: ['a'], nextCursor: 'x' } })
    expect(hasMore(first)).toBe(true)
    const last = reduceList(first, { type: 'loaded', page: { items: ['b'] } })
    expect(last.items).toEqual(['a', 'b'])
    expect(hasMore(last)).toBe(false)
  })

  it('an empty page is not the end', () => {
    expect(hasMore(follow({ type: 'loaded', page: { items: [], nextCursor: 'x' } }))).toBe(true)
  })

  it('a failure keeps what is there', () => {
    const list = follow(
      { type: 'loaded', page: { items: ['a'], nextCursor: 'x' } },
      { type: 'failed', problem: PROBLEM },
    )
    expect(list).toMatchObject({ items: ['a'], isLoading: false, problem: PROBLEM })
  })

  it('a page that is loaded again takes its own place', () => {
    const list = follow(
      { type: 'loaded', page: { items: ['a', 'b'], nextCursor: 'x' } },
      { type: 'loaded', page: { items: ['c'] } },
      { type: 'renewed', first: 0, items: ['A', 'B'] },
    )
    expect(list.items).toEqual(['A', 'B', 'c'])
  })
})

describe('a resource that is kept up to date', () => {
  const ready: LiveState<string> = { state: 'ready', body: 'one' }

  it('what is known stays while the server fails', () => {
    const troubled = reduceLive(ready, { type: 'failed', problem: PROBLEM, isRetryable: true })
    expect(troubled).toEqual({ state: 'ready', body: 'one', trouble: PROBLEM })
    expect(reduceLive(troubled, { type: 'confirmed' })).toEqual(ready)
  })

  it('what is refused is gone', () => {
    const gone = { ...PROBLEM, status: 404, code: 'not-found' }
    expect(reduceLive(ready, { type: 'failed', problem: gone, isRetryable: false })).toEqual({
      state: 'failed',
      problem: gone,
    })
  })
})

describe('a dry run', () => {
  it('the last preview is shown while another one is made', () => {
    expect(getPreview(toChecking({ state: 'fine', preview: 'a' }))).toBe('a')
    expect(getPreview(toChecking(toChecking({ state: 'fine', preview: 'a' })))).toBe('a')
  })

  it('nothing is shown of a form that was refused', () => {
    expect(getPreview(toChecking({ state: 'refused', problem: PROBLEM }))).toBeUndefined()
  })
})

describe('choosing classes', () => {
  it('a class is chosen and taken back', () => {
    const chosen = reduceChoice(reduceChoice(NO_CHOICE, { type: 'toggled', className: 'Tire' }), {
      type: 'toggled',
      className: 'Cat',
    })
    expect(chosen.chosen).toEqual(['Tire', 'Cat'])
    expect(reduceChoice(chosen, { type: 'toggled', className: 'Tire' }).chosen).toEqual(['Cat'])
  })

  it('classes without images can be hidden, and the others be sorted', () => {
    const classes = [summary('a', 1), summary('b', 0), summary('c', 5)]
    const names = (choice: Parameters<typeof visibleClasses>[1]) =>
      visibleClasses(classes, choice).map(({ className }) => className)
    expect(names({ withImagesOnly: true, order: 'images' })).toEqual(['c', 'a'])
    expect(names({ withImagesOnly: false, order: 'name' })).toEqual(['a', 'b', 'c'])
  })
})

describe('searching classes', () => {
  it('the answer to an earlier text is not shown', () => {
    const typed = reducePicker(IDLE_PICKER, { type: 'typed', search: 'tir' })
    expect(reducePicker(typed, { type: 'found', search: 'ti', found: [summary('a', 1)] })).toBe(typed)
  })

  it('the class of that name is suggested first, then those with images that begin with it and have most', () => {
    const typed = reducePicker(IDLE_PICKER, { type: 'typed', search: 'man ' })
    const found = [
      summary('Human arm', 9),
      summary('Manta ray', 0),
      summary('Mango', 1),
      summary('Old man', 2),
      summary('Mantle', 3),
      summary('Man', 0),
    ]
    const state = reducePicker(typed, { type: 'found', search: 'man', found })
    expect(state.found.map(({ className }) => className)).toEqual([
      ...['Man', 'Mantle', 'Mango', 'Old man', 'Human arm', 'Manta ray'],
    ])
    expect(state.active).toBe(0)
  })

  it('twelve classes are suggested of those that match', () => {
    const found = Array.from({ length: 40 }, (_, index) => summary(`Man ${index}`, index))
    const typed = reducePicker(IDLE_PICKER, { type: 'typed', search: 'man' })
    expect(reducePicker(typed, { type: 'found', search: 'man', found }).found).toHaveLength(12)
  })

  it('the arrow keys go around', () => {
    const found = { ...IDLE_PICKER, search: 'x', found: [summary('a', 1), summary('b', 1)] }
    expect(reducePicker(found, { type: 'moved', by: -1 }).active).toBe(1)
    expect(reducePicker({ ...found, active: 1 }, { type: 'moved', by: 1 }).active).toBe(0)
    expect(reducePicker(IDLE_PICKER, { type: 'moved', by: 1 })).toBe(IDLE_PICKER)
  })

  it('leaving the field keeps the text, and closes the list', () => {
    const found = { search: 'x', found: [summary('a', 1)], active: 0 }
    expect(reducePicker(found, { type: 'left' })).toEqual({ search: 'x', found: [], active: 0 })
  })
})
