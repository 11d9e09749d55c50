/** Every timeline: what happens to a deal is told on those of its contact and its company too. */
export const TIMELINES = ['getContactTimeline', 'getCompanyTimeline', 'getDealTimeline'].map((_id) => [{ _id }])
