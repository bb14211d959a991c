import type { Service } from '../panel/catalogue.cts';

/** A catalogue small enough to know by heart. */
export const FOLLOWERS: Service = {
	id: 1,
	name: 'Instagram Followers | Real Profiles',
	type: 'Default',
	category: 'Instagram Followers',
	rate: '0.90',
	min: 50,
	max: 10_000,
	refill: true,
	cancel: true,
	dripfeed: true,
};

export const COMMENTS: Service = {
	id: 2,
	name: 'Instagram Comments, your own',
	type: 'Custom Comments',
	category: 'Instagram Comments',
	rate: '8',
	min: 2,
	max: 500,
	refill: false,
	cancel: true,
	dripfeed: false,
};

export const LIKES: Service = {
	id: 3,
	name: 'TikTok Likes | Instant',
	type: 'Default',
	category: 'TikTok Likes',
	rate: '0.251',
	min: 10,
	max: 50_000,
	refill: false,
	cancel: false,
	dripfeed: false,
};

/** Dearer than the recipes allow. Not in the catalogue by itself. */
export const DEAR: Service = { ...FOLLOWERS, id: 7, name: 'Instagram Followers | Hand-picked', rate: '50' };

export const CATALOGUE = [FOLLOWERS, COMMENTS, LIKES];
