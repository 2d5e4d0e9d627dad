/** PDF, office documents, e-books and mail, parsed by Apache Tika within bounds. */
package dev.sluice.documents;
