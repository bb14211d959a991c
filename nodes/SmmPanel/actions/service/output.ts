import type { IDataObject } from 'n8n-workflow';
import type { Catalogue } from '../../panel/replies';
import type { Service } from '../../panel/schemas';

export const simplifiedService = ({ description, rate, ...service }: Service): IDataObject => ({
	...service,
	rate: Number(rate),
	...(description !== null && { description }),
});

/** The service at a place of the catalogue, simplified or as the panel sent it. */
export const serviceJson = (catalogue: Catalogue, index: number, simplify: boolean): IDataObject =>
	simplify
		? simplifiedService(catalogue.services[index] as Service)
		: (catalogue.raw[index] as IDataObject);
