import { describeGesture } from '../drawing/describe-gesture.ts'
import type { Drawing } from '../drawing/drawing.ts'
import type { PageState } from './state.ts'

/** What the page around the surface shows of a drawing. The pointer changes none of it. */
const toShown = ({
  boxes,
  selected,
  className,
  clickStyle,
  past,
  future,
  copied,
  ...rest
}: Drawing): readonly unknown[] => [
  boxes,
  selected,
  className,
  clickStyle,
  past,
  future,
  copied,
  rest.areBoxesHidden,
  rest.announcement,
  rest.viewport.scale,
  rest.gesture.kind === 'none',
  describeGesture(rest),
  rest.isReadOnly,
]

/** Whether the page around the surface looks the same in two states, so that it is not rendered again. Pure. */
export function isSamePage(before: PageState, now: PageState): boolean {
  if (before === now) return true
  const { drawing: one, ...others } = before
  const { drawing: other, ...rest } = now
  const isSameRest = (Object.keys(rest) as (keyof typeof rest)[]).every((key) => others[key] === rest[key])
  if (!isSameRest || !one || !other) return isSameRest && one === other
  const shown = toShown(other)
  return toShown(one).every((value, index) => value === shown[index])
}
