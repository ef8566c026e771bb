import type { Random } from '../../seeded-random.ts'
import { inImage, type LabeledBox, type Pixels } from '../work/boxes.ts'
import type { WorkerShares } from './shares.ts'

/** What a worker looks at. */
export interface View {
  readonly image: Pixels
  readonly labels: readonly string[]
  /** What is to be seen: in pixels, only of these labels; undefined when nothing is known of the image. */
  readonly truth: readonly LabeledBox[] | undefined
  /** Boxes that the page shows. */
  readonly shown: readonly LabeledBox[]
}

/** The known boxes as a worker draws them: a little off, some missed, some with a wrong label, at times one too many. */
export function drawBoxes(view: View, shares: WorkerShares, random: Random): readonly LabeledBox[] {
  const drawn = (view.truth ?? []).flatMap((box) =>
    random() < shares.missedBoxes ? [] : [drawBox(box, view, shares, random)],
  )
  return random() < shares.extraBoxes ? [...drawn, extraBox(view, random)] : drawn
}

/** One box as a worker draws it. */
export function drawBox(box: LabeledBox, view: View, { jitter, wrongClass }: WorkerShares, random: Random): LabeledBox {
  const off = (length: number) => (random() * 2 - 1) * jitter * length
  const left = box.left + off(box.width)
  const top = box.top + off(box.height)
  const width = box.left + box.width + off(box.width) - left
  const height = box.top + box.height + off(box.height) - top
  const label = random() < wrongClass ? another(box.label, view.labels, random) : box.label
  return inImage({ label, left, top, width, height }, view.image)
}

/** Another one of these; the same if there is no other. */
export function another(label: string, labels: readonly string[], random: Random): string {
  const others = labels.filter((one) => one !== label)
  return others[Math.floor(random() * others.length)] ?? label
}

function extraBox({ image, labels }: View, random: Random): LabeledBox {
  const width = image.width * (0.1 + 0.3 * random())
  const height = image.height * (0.1 + 0.3 * random())
  const left = random() * (image.width - width)
  const top = random() * (image.height - height)
  return inImage({ label: labels[Math.floor(random() * labels.length)] ?? '', left, top, width, height }, image)
}
