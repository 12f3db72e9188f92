const words = (text: string): readonly string[] => text.split(' ')

export const NAMES = words(
  'Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Karin Leo Mara Nils Olga Paul Rosa Sven Tina Uwe',
)
export const CITIES = words('Paris Rome Berlin Madrid Vienna Oslo Lisbon Athens Dublin Prague')
export const LANDS = words('France Italy Germany Spain Austria Norway Portugal Greece Ireland Czechia')
export const ANIMALS = words('cat dog horse cow sheep goat duck hen fox bear')
export const SOUNDS = words('meows barks neighs moos bleats bleats quacks clucks yelps growls')
export const COLORS = words('red blue green yellow black white brown grey pink orange')

export const ADJECTIVES = words('quiet early simple bright careful distant gentle modern patient useful')
export const NOUNS = words('river garden letter morning window machine village teacher question harbour')
export const VERBS = words('shows carries follows explains changes holds brings answers needs finds')
