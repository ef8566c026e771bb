import type { Work } from '../work.ts'

/** Whether the opinions on all lines are collected before labels are made of them. Pure. */
export const isCollected = ({ workersPerObject }: Pick<Work, 'workersPerObject'>): boolean => workersPerObject > 1
