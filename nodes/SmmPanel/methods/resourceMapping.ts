import type {
	FieldType,
	ILoadOptionsFunctions,
	ResourceMapperField,
	ResourceMapperFields,
} from 'n8n-workflow';
import {
	ORDER_FIELDS,
	orderTypeOf,
	type FieldKind,
	type OrderField,
	type OrderType,
} from '../panel/orderTypes';
import type { Service } from '../panel/schemas';
import { loadServices } from './listSearch';

const FIELD_TYPES: Record<FieldKind, FieldType> = {
	text: 'string',
	url: 'string',
	integer: 'number',
	lines: 'string',
	date: 'dateTime',
	choice: 'options',
};

/** The fields of the chosen service; all of them where it comes from an expression or has a type of its own. */
export async function getOrderFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const chosen = this.getCurrentNodeParameter('serviceId', { extractValue: true });
	const id = typeof chosen === 'string' || typeof chosen === 'number' ? String(chosen).trim() : '';
	const isExpression = id.startsWith('=') || id.includes('{{');
	const service =
		id === '' || isExpression
			? undefined
			: (await loadServices(this)).find((candidate) => candidate.service === id);
	const type = service && orderTypeOf(service.type);
	return {
		fields: fieldsOf(type).map((field) => mapperField(field, type, service)),
		...(id !== '' && !isExpression && service === undefined && {
			emptyFieldsNotice: `The panel has no service ${id}.`,
		}),
	};
}

/** Required fields first, as the API lists them; every field for an unknown type. */
function fieldsOf(type: OrderType | undefined): OrderField[] {
	if (type === undefined) return [...ORDER_FIELDS];
	const names = [...type.required, ...type.optional];
	return names.map((name) => ORDER_FIELDS.find((field) => field.name === name) as OrderField);
}

function mapperField(
	{ name, label, kind, choices }: OrderField,
	type: OrderType | undefined,
	service: Service | undefined,
): ResourceMapperField {
	const required = type?.required.includes(name) ?? false;
	return {
		id: name,
		displayName: name === 'quantity' && service ? `${label}${limits(service)}` : label,
		type: FIELD_TYPES[kind],
		required,
		defaultMatch: false,
		canBeUsedToMatch: false,
		display: true,
		removed: type !== undefined ? !required : !['link', 'quantity'].includes(name),
		...(choices && {
			options: choices.map(({ value, label: choice }) => ({ name: choice, value })),
		}),
	};
}

const limits = ({ min, max }: Service): string => (max > 0 && max >= min ? ` (${min}–${max})` : '');
