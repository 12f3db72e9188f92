import { expect, test } from 'vitest'
import { stopPlaces } from './stop-places.ts'

const TEXT = 'Once upon a time there was a king who sat in a garden.'

test('places are spread over the text, behind its beginning, each where its piece occurs first', () => {
  for (const shortest of [2, 5]) {
    const places = stopPlaces({ text: TEXT }, shortest)
    expect(places).toHaveLength(3)
    for (const { stop, at } of places) expect([stop.length, TEXT.indexOf(stop)]).toEqual([shortest, at])
  }
})

test('a piece that stands in the thought would end the thought: longer ones are taken', () => {
  const reasoning = 'A king sat in a garden. Once upon a time there was. Who in?'
  const places = stopPlaces({ text: TEXT, reasoning }, 2)
  expect(places).not.toEqual([])
  for (const { stop } of places) expect(reasoning).not.toContain(stop)
})

test('an answer of which each piece stands in its thought has no place, and neither has a short one', () => {
  expect(stopPlaces({ text: TEXT, reasoning: `I say: ${TEXT}` }, 2)).toEqual([])
  expect(stopPlaces({ text: 'Yes.' }, 2)).toEqual([])
})

test('no piece begins or ends with half a character', () => {
  for (const { stop } of stopPlaces({ text: '🌍🚀🌍🚀🎈🚀🌊🚀🌍🎈🎈🌊' }, 5))
    expect(stop.isWellFormed()).toBe(true)
})
