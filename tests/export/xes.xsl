<?xml version="1.0" encoding="UTF-8"?>
<!-- A log as lines: record, field, value, with tabs between. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:x="http://www.xes-standard.org/">
	<xsl:output method="text"/>
	<xsl:template match="/">
		<xsl:for-each select="x:log/x:trace">
			<xsl:variable name="case" select="x:string[@key='concept:name']/@value"/>
			<xsl:apply-templates select="*[@key and @key != 'concept:name']"><xsl:with-param name="record" select="$case"/></xsl:apply-templates>
			<xsl:for-each select="x:event">
				<xsl:apply-templates select="*[@key != 'concept:instance' and @key != 'lifecycle:transition']">
					<xsl:with-param name="record" select="concat($case, ' ', position())"/>
				</xsl:apply-templates>
			</xsl:for-each>
		</xsl:for-each>
	</xsl:template>
	<xsl:template match="x:list">
		<xsl:param name="record"/>
		<xsl:apply-templates select="x:values/*"><xsl:with-param name="record" select="$record"/></xsl:apply-templates>
	</xsl:template>
	<xsl:template match="x:string | x:date | x:int | x:float | x:boolean">
		<xsl:param name="record"/>
		<xsl:value-of select="$record"/>
		<xsl:text>&#9;</xsl:text>
		<xsl:choose>
			<xsl:when test="@key = 'concept:name'">Kind</xsl:when>
			<xsl:when test="@key = 'time:timestamp'">Date</xsl:when>
			<xsl:when test="@key = 'org:resource'">By</xsl:when>
			<xsl:otherwise><xsl:value-of select="@key"/></xsl:otherwise>
		</xsl:choose>
		<xsl:text>&#9;</xsl:text>
		<xsl:choose>
			<xsl:when test="self::x:date"><xsl:value-of select="substring-before(@value, 'T')"/></xsl:when>
			<xsl:otherwise><xsl:value-of select="@value"/></xsl:otherwise>
		</xsl:choose>
		<xsl:text>&#10;</xsl:text>
	</xsl:template>
</xsl:stylesheet>
