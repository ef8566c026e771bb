import type { DrawNumber } from '../../seeded-random.ts'
import { clampToImage, type ImageSize, type LabeledBox } from '../objects/boxes.ts'
import type { WorkerErrorRates } from './error-rates.ts'

/** What a worker sees. */
export interface WorkerView {
  readonly image: ImageSize
  readonly labels: readonly string[]
  /** The true boxes in pixels, only of these labels; undefined if none are known for the image. */
  readonly truth: readonly LabeledBox[] | undefined
  /** The boxes that the page shows initially. */
  readonly shown: readonly LabeledBox[]
}

/** Simulates drawing the true boxes, with jitter, missed boxes, wrong labels and extra boxes. */
export function drawBoxes(view: WorkerView, errorRates: WorkerErrorRates, random: DrawNumber): readonly LabeledBox[] {
  const drawn = (view.truth ?? []).flatMap((box) =>
    random() < errorRates.missedBoxes ? [] : [drawBox(box, view, errorRates, random)],
  )
  return random() < errorRates.extraBoxes ? [...drawn, extraBox(view, random)] : drawn
}

/** Simulates drawing one box. */
export function drawBox(
  box: LabeledBox,
  view: WorkerView,
  { jitter, wrongClass }: WorkerErrorRates,
  random: DrawNumber,
): LabeledBox {
  const drawOffset = (length: number) => (random() * 2 - 1) * jitter * length
  const left = box.left + drawOffset(box.width)
  const top = box.top + drawOffset(box.height)
  const width = box.left + box.width + drawOffset(box.width) - left
  const height = box.top + box.height + drawOffset(box.height) - top
  const label = random() < wrongClass ? pickOther(box.label, view.labels, random) : box.label
  return clampToImage({ label, left, top, width, height }, view.image)
}

/** Picks another label at random, or the same if there is no other. */
export function pickOther(label: string, labels: readonly string[], random: DrawNumber): string {
  const others = labels.filter((one) => one !== label)
  return others[Math.floor(random() * others.length)] ?? label
}

function extraBox({ image, labels }: WorkerView, random: DrawNumber): LabeledBox {
  const width = image.width * (0.1 + 0.3 * random())
  const height = image.height * (0.1 + 0.3 * random())
  const left = random() * (image.width - width)
  const top = random() * (image.height - height)
  return clampToImage({ label: labels[Math.floor(random() * labels.length)] ?? '', left, top, width, height }, image)
}
