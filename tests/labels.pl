# What needs a Label: "FIELD<TAB>WORD" a line, FIELD empty for the program's words, titles and names of fields.
#   perl labels.pl SOURCES... -- SKELETON
use strict;
use warnings;

my (%need, @sources);
while (@ARGV && $ARGV[0] ne '--') { push @sources, shift @ARGV }
shift @ARGV;
my $root = shift @ARGV;

sub slurp { open my $f, '<', $_[0] or die "$_[0]: $!"; local $/; my $text = <$f>; return $text }
sub need { my ($field, $word) = @_; $word =~ s/\s*\n\s*/ /g;
	$need{"$field\t$word"} = 1 if $word =~ s/\{[^}]*\}//gr =~ /[A-Za-z]/ }

# ---- the program's own words ----
for my $file (@sources) {
	my $text = slurp($file);
	my $literal = qr/((?:"(?:[^"\\]|\\.)*"\s*)+)/;
	while ($text =~ /\bWORD\($literal\)|\bword\([^,()]*(?:\([^()]*\))?[^,()]*,\s*$literal\)|\bwords_fill\([^,()]*,\s*$literal/g) {
		my $said = defined $1 ? $1 : defined $2 ? $2 : $3;
		$said = join '', $said =~ /"((?:[^"\\]|\\.)*)"/g;
		$said =~ s/\\(.)/$1/g;
		need('', $said);
	}
	need('', $1) while $text =~ /\bLEVEL_(?:CONDITIONS|WINDOWS), STR\("([^"]*)"\)/g; # headings of levels that no field names
}

# ---- records of the skeleton: name and value, one list a record ----
sub records {
	my @records;
	my $type = '';
	for my $block (split /\n\s*\n/, slurp($_[0])) {
		my @fields;
		for my $line (split /\n/, $block) {
			next if $line =~ /^#/;
			if ($line =~ /^\+ ?(.*)/) { $fields[-1][1] .= "\n$1" if @fields }
			elsif ($line =~ /^(%?[A-Za-z][A-Za-z0-9_]*):[ \t]?(.*)/) { push @fields, [ $1, $2 ] }
		}
		next if !@fields;
		$type = $fields[0][1] if $fields[0][0] eq '%rec';
		push @records, { type => $type, fields => \@fields };
	}
	return @records;
}

for my $file (glob "$root/schema/*.rec") {
	next if $file =~ m{/(?:report|imports|identifiers|document|rules?)\.rec$};
	for my $record (records($file)) {
		my $type = $record->{type};
		need('Kind', $type) if $file =~ m{/case\.rec$} && $type !~ /^(?:Case|Entry)$/;
		for my $field (@{$record->{fields}}) {
			next if $field->[0] ne '%type' || $field->[1] !~ /^(\S+)\s+enum\s+(.*)/s;
			my ($names, $words) = ($1, $2);
			$words =~ s/\([^)]*\)//g;
			for my $name (split /,/, $names) {
				next if $type eq 'Centre';
				need($name, $_) for split ' ', $words;
			}
		}
	}
}

my @heads;
for my $file (glob "$root/reports/*.rec") {
	for my $record (records($file)) {
		next if $record->{type} !~ /^(?:Report|Table)$/;
		for my $field (@{$record->{fields}}) {
			my ($name, $value) = @$field;
			need('', $value) if $name =~ /^(?:Title|Note|Doc)$/;
			push @heads, split ' ', $value if $name =~ /^(?:Rows|Columns|List|Sum)$/;
			push @heads, $1 if $name eq 'Param' && $value =~ /^(\S+)/;
			need('', $1) if $name =~ /^(?:Row|Column)$/ && $value =~ /^([^:]+):/;
			need($1, $_) for $name eq 'Param' && $value =~ /^(\S+)\s+enum\s+(.*)/s ? split ' ', $2 : ();
		}
	}
}
need('', $_) for map { /^Case\.(.*)/ ? $1 : $_ } grep { $_ ne 'measure' } @heads;
need('Profile', $_) for qw(public commissioner);
need('Verdict', $_) for qw(ok due overdue late broken);
for my $file (glob "$root/rules/*.rec") {
	for my $record (records($file)) {
		need('Rule', $_->[1]) for grep { $_->[0] eq 'Rule' } @{$record->{fields}};
	}
}
print "$_\n" for sort keys %need;
