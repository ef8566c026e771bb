import { expect } from '@jest/globals'
import type { NextTasks } from '../../shared/contracts/labeling-task.ts'
import { type ClosedWorkOptions, closedWork } from '../support/fixtures/closed-work.ts'
import { memoryObject } from '../support/world/memory-object.ts'
import type { DeployedWorld } from './deployed-world.ts'
import { blockOf, newPerson, type Person, tasksOf } from './person.ts'

/** Workers who label, and who leave. */
export const SERVING_JOURNEYS = [labeling, comparing, practicing, leaving, renewing, answering, comingBack, damaging]

/** Stores a job whose images are copies, and one test image. */
function open({ world, config }: DeployedWorld, job: string, changes: Partial<ClosedWorkOptions> = {}): void {
  const size = { width: 400, height: 200 }
  const images = ['results/images/1.jpg', 'results/images/2.jpg', 'test/3.jpg']
  const lines = images.map((name) => ({ task: { key: `${config.dataPrefix}${name}`, ...size } }))
  const deadline = new Date(world.now.getTime() + 86_400_000).toISOString()
  const options = { job, batch: 'results', bucket: config.bucket, because: null, deadline, taskTimeLimitSeconds: 60 }
  closedWork(world, { ...options, lines, ...changes })
}

/** Stops a job that has no record of its own. */
function stop({ world, config }: DeployedWorld, job: string): void {
  const uri = `s3://${config.bucket}/system/labeling-work/${job}/work.json`
  const work = JSON.parse(Buffer.from(world.stored.get(uri)!.bytes).toString())
  const stopped = { ...work, stop: { at: world.now.toISOString(), because: 'requested' } }
  world.stored.set(uri, memoryObject(JSON.stringify(stopped)))
}

const passSeconds = ({ world }: DeployedWorld, seconds: number): void => {
  world.now = new Date(world.now.getTime() + 1000 * seconds)
}

/** A job from its first image to its result. */
async function labeling(deployed: DeployedWorld): Promise<void> {
  open(deployed, 'served')
  const person = await newPerson(deployed, 'lea')
  expect(await deployed.listAll('me-list-jobs', {}, { token: person.session })).not.toEqual([])
  const reply = await person.next('served')
  expect(tasksOf(reply)).toHaveLength(3)
  for (const task of tasksOf(reply)) expect(await person.answer('served', task)).toBe(201)
  expect((await person.request('GET', `/v1/me/jobs/served/answers?block=${blockOf(reply)}`)).status).toBe(200)
  expect(await person.next('served', { finished: blockOf(reply) })).toMatchObject({ state: 'done' })
  await deployed.drain()
}

const BOX = { className: 'Cat', left: 100, top: 50, width: 200, height: 100 }

/** A job whose answers are compared, with each other and with what is known; one who reviews, and hints. */
async function comparing(deployed: DeployedWorld): Promise<void> {
  const { config } = deployed
  const task = { key: `${config.dataPrefix}results/images/1.jpg`, width: 400, height: 200, truth: [BOX] }
  const rules = { workersPerObject: 3, stopWhen: { workers: 2, agreeAt: 0.85 }, review: 'disputes' as const }
  open(deployed, 'compared', {
    ...rules,
    gold: { share: 1, practice: 0 },
    lines: Array.from({ length: 3 }, () => ({ task })),
  })
  const moved = [0, 80, -80]
  for (const [index, name] of ['kim', 'lou', 'nat'].entries()) {
    const person = await newPerson(deployed, name)
    const reply = await person.next('compared')
    const boxes = [{ ...BOX, left: BOX.left + (moved[index] ?? 0) }]
    const [first, ...others] = tasksOf(reply)
    for (const one of others) expect(await person.answer('compared', one, { answer: 'boxes', boxes })).toBe(201)
    // It is counted at once, and compared.
    expect(await person.answer('compared', first!, { answer: 'cannot-tell' })).toBe(201)
    await person.next('compared', { finished: blockOf(reply) })
  }
  await deployed.drain()
  const reviewer = await newPerson(deployed, 'rita', { role: 'review' })
  const reply = await reviewer.next('compared')
  for (const one of tasksOf(reply))
    expect(await reviewer.answer('compared', one, { answer: 'boxes', boxes: [BOX] })).toBe(201)
  await reviewer.next('compared', { finished: blockOf(reply) })
  await deployed.drain()
}

/** Practice images, whose links and answers come back, before a job that is labeled. */
async function practicing(deployed: DeployedWorld): Promise<void> {
  const box = { className: 'Cat', left: 1, top: 1, width: 2, height: 2 }
  const key = `${deployed.config.dataPrefix}results/images/1.jpg`
  const practice = [{ line: 1, key, width: 400, height: 200, truth: [box] }]
  open(deployed, 'practiced', { gold: { share: 0, practice: 1 }, practice })
  const person = await newPerson(deployed, 'zoe')
  const reply = await person.next('practiced')
  const block = blockOf(reply)
  const [task] = tasksOf(reply)
  expect((await person.request('POST', '/v1/me/jobs/practiced/renew', { block })).json).toEqual(reply)
  expect(await person.answer('practiced', task!)).toBe(201)
  expect(await person.answer('practiced', task!)).toBe(200)
  expect((await person.request('GET', `/v1/me/jobs/practiced/answers?block=${block}`)).json).toMatchObject({
    items: [{ line: 1, answer: 'empty' }],
  })
  const tasks = await person.next('practiced', { finished: block })
  for (const one of tasksOf(tasks)) expect(await person.answer('practiced', one)).toBe(201)
  expect(await person.next('practiced', { finished: blockOf(tasks) })).toMatchObject({ state: 'done' })
  await deployed.drain()
}

/** Answers that were left behind are read, and others wait. */
async function leaving(deployed: DeployedWorld): Promise<void> {
  open(deployed, 'left')
  const [one, two] = [await newPerson(deployed, 'noa'), await newPerson(deployed, 'ole')]
  const [task] = tasksOf(await one.next('left'))
  await one.answer('left', task!)
  expect(await two.next('left')).toMatchObject({ state: 'wait' })
  passSeconds(deployed, 1000)
  expect(tasksOf(await two.next('left'))).toHaveLength(2)
  passSeconds(deployed, 1000)
  await deployed.drain()
}

/** A block that is renewed, and one that is not there any more. */
async function renewing(deployed: DeployedWorld): Promise<void> {
  open(deployed, 'renewed')
  const person = await newPerson(deployed, 'pia')
  const other = await newPerson(deployed, 'rik')
  const reply = await person.next('renewed')
  const renew = async (who: Person, block: string) =>
    (await who.request('POST', '/v1/me/jobs/renewed/renew', { block })).json as NextTasks
  passSeconds(deployed, 250)
  expect(await renew(person, blockOf(reply))).toMatchObject({ state: 'work', secondsLeft: 300 })
  for (const task of tasksOf(reply)) await person.answer('renewed', task)
  expect(await renew(other, '0-0-0123456789abcdef')).toMatchObject({ state: 'wait' })
  passSeconds(deployed, 1000)
  // The answers that were left behind complete the shard.
  expect(await renew(other, '0-0-0123456789abcdef')).toMatchObject({ state: 'done' })
  open(deployed, 'renewed-anew', { workId: 'work000000000002' })
  const anew = (await other.request('POST', '/v1/me/jobs/renewed-anew/renew', { block: '0-0-0123456789abcdef' })).json
  expect(anew).toMatchObject({ state: 'work' })
  await deployed.drain()
}

/** Answers that are counted at once, replaced, and the one that completes a shard. */
async function answering(deployed: DeployedWorld): Promise<void> {
  open(deployed, 'answered')
  const person = await newPerson(deployed, 'sam')
  const [first, ...others] = tasksOf(await person.next('answered'))
  expect(await person.answer('answered', first!)).toBe(201)
  expect(await person.answer('answered', first!)).toBe(200)
  expect(await person.answer('answered', first!, { submitId: 'submit-again', answer: 'cannot-tell' })).toBe(201)
  passSeconds(deployed, 1000)
  // Nobody gets the images of a job that was stopped: the last late answer completes the shard.
  stop(deployed, 'answered')
  const other = await newPerson(deployed, 'tim')
  expect(await other.next('answered', { finished: '0-0-0123456789abcdef' })).toMatchObject({ state: 'done' })
  for (const task of others) expect(await person.answer('answered', task)).toBe(201)
  await deployed.drain()
}

/** Two workers who come back after a minute: their records are checked together. */
async function comingBack(deployed: DeployedWorld): Promise<void> {
  open(deployed, 'seen-again')
  const people = [await newPerson(deployed, 'uma'), await newPerson(deployed, 'vic')]
  const reply = await people[0]!.next('seen-again')
  for (let visit = 1; visit <= 2; visit++) {
    for (const { request } of people) {
      expect((await request('GET', '/v1/me/jobs')).status).toBe(200)
      expect((await request('GET', `/v1/me/jobs/seen-again/answers?block=${blockOf(reply)}`)).status).toBe(200)
    }
    passSeconds(deployed, 100)
  }
  await deployed.drain()
}

/** A shard that is lost again and again while somebody works on it: it is made again each time. */
async function damaging(deployed: DeployedWorld): Promise<void> {
  const { world, config } = deployed
  open(deployed, 'harmed')
  const lose = () => {
    const isShard = (uri: string) => uri.includes('/labeling-work/harmed/') && uri.includes('/shards/')
    for (const uri of [...world.stored.keys()].filter(isShard)) world.stored.delete(uri)
  }
  const person = await newPerson(deployed, 'wes')
  lose()
  expect(await person.next('harmed')).toMatchObject({ state: 'wait' })
  await deployed.drain()
  const reply = await person.next('harmed')
  const [first, second, third] = tasksOf(reply)
  expect(await person.answer('harmed', first!)).toBe(201)
  // The answer that cannot be read is asked for again, and whoever has given it before may get it.
  for (const uri of [...world.stored.keys()].filter(
    (one) => one.includes('/labeling-work/harmed/') && /answers/.test(one),
  ))
    world.stored.set(uri, memoryObject('{'))
  lose()
  expect(await person.answer('harmed', second!, { answer: 'declined' })).toBe(500)
  await deployed.drain()
  lose()
  const renewed = (await person.request('POST', '/v1/me/jobs/harmed/renew', { block: blockOf(reply) })).json
  expect(renewed).toMatchObject({ state: 'wait' })
  await deployed.drain()
  expect(await person.answer('harmed', third!)).toBe(201)
  expect(await person.next('harmed', { finished: blockOf(reply) })).toMatchObject({ state: 'work' })
  expect(world.stored.has(`s3://${config.bucket}/system/labeling-work/harmed/work.json`)).toBe(true)
  passSeconds(deployed, 1000)
  await deployed.drain()
}
