import { type ClassBox, jaccardIndex } from './boxes.ts'

/**
 * Whether two opinions agree in full: as many boxes, matched one to one, of the same class, that overlap by `agreeAt`
 * (intersection over union) or more. Two without boxes agree. Pure.
 */
export function agreeInFull(one: readonly ClassBox[], other: readonly ClassBox[], agreeAt: number): boolean {
  if (one.length !== other.length) return false
  const choices = one.map((box) =>
    [...other.keys()].filter((index) => {
      const candidate = other[index]
      return candidate?.className === box.className && jaccardIndex(box, candidate) >= agreeAt
    }),
  )
  const partners = new Map<number, number>()
  return choices.every((_, index) => findPartner(index, choices, partners, new Set()))
}

/**
 * Finds a partner for a box, if need be by finding another one for the box that has it (augmenting path): taking the nearest
 * one each time can leave two boxes without a partner that have one.
 * @param partners which box has each box of the other list; changed if a partner is found
 * @param tried boxes of the other list that need not be tried again
 */
function findPartner(
  index: number,
  choices: readonly (readonly number[])[],
  partners: Map<number, number>,
  tried: Set<number>,
): boolean {
  for (const choice of choices[index] ?? []) {
    if (tried.has(choice)) continue
    tried.add(choice)
    const holder = partners.get(choice)
    if (holder !== undefined && !findPartner(holder, choices, partners, tried)) continue
    partners.set(choice, index)
    return true
  }
  return false
}
